/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Instructions that move data between addresses with rules of their own (Principles of Operation,
 * chapters 7 and 10): MOVE PAGE with its condition codes for pages that are invalid, MOVE WITH
 * OPTIONAL SPECIFICATIONS, MOVE LONG and COMPARE LOGICAL LONG over page boundaries and exceptions,
 * and what is moved when an operand cannot be accessed.
 */
#include "case.h"
#include "alloc_page.h"
#include "s390x/mmu.h"
#include "s390x/smp.h"
#include "asm/facility.h"

#define FACILITY_MVCOS	27

#define AREA	((char *)0x4000000000000000)
#define TO	(AREA)				/* two pages, and none behind them */
#define FROM	(AREA + 16 * PAGE_SIZE)
#define NOWHERE	(AREA + 64 * PAGE_SIZE)

static u8 *to, *from;				/* the frames */

void case_setup(void)
{
	pgd_t *root;

	setup_vm();
	root = current_pgtable();
	to = alloc_pages(1);
	from = alloc_pages(1);
	for (int i = 0; i < 2; i++) {
		install_page(root, virt_to_phys(to) + i * PAGE_SIZE, TO + i * PAGE_SIZE);
		install_page(root, virt_to_phys(from) + i * PAGE_SIZE, FROM + i * PAGE_SIZE);
	}
}

static void fill(void)
{
	memset(to, 0x11, 2 * PAGE_SIZE);
	for (unsigned int i = 0; i < 2 * PAGE_SIZE; i++)
		from[i] = i * 7 + i / 256;
}

/* ---- MVPG ---- */

#define MVPG_CCO	0x100		/* condition-code option */

static u16 mvpg(u64 control, void *first, void *second, unsigned int *cc)
{
	register u64 gr0 __asm__("0");
	u64 after;

	expect_pgm_int();
	gr0 = control;
	__asm__ __volatile__("lghi %0,0\n\t.insn rre,0xb2540000,%2,%3\n\tipm %0\n\tsrl %0,28"
			     : "=&d" (after)
			     : "d" (gr0), "a" (first), "a" (second)
			     : "cc", "memory");
	*cc = after & 3;
	return clear_pgm_int();
}

CASE(mvpg, "MOVE PAGE: the whole page, and nothing beside it; low bits of the addresses do not "
	   "count")
{
	unsigned int cc;

	fill();
	expect_eq(mvpg(0, TO + 0x123, FROM + 0x456, &cc), 0);
	expect_eq(cc, 0);
	expect_mem(to, from, PAGE_SIZE);
	expect_eq(to[PAGE_SIZE], 0x11);
}

CASE(mvpg_exceptions, "MOVE PAGE of or to a page that is invalid: page translation with its "
		      "address; nothing is moved")
{
	unsigned int cc;

	fill();
	expect_eq(mvpg(0, TO, NOWHERE, &cc), PGM_INT_CODE_PAGE_TRANSLATION);
	expect_eq(pgm_record()->teid & PAGE_MASK, (u64)NOWHERE);
	expect_eq(pgm_record()->ilc, 4);
	expect_eq(mvpg(0, NOWHERE, FROM, &cc), PGM_INT_CODE_PAGE_TRANSLATION);
	expect_eq(pgm_record()->teid & PAGE_MASK, (u64)NOWHERE);
	expect_eq(to[0], 0x11);
}

CASE(mvpg_condition_code, "with the condition-code option: 1 if the first operand is invalid, 2 if "
			  "the second is; no interruption")
{
	unsigned int cc;

	fill();
	expect_eq(mvpg(MVPG_CCO, TO, FROM, &cc), 0);
	expect_eq(cc, 0);
	expect_eq(mvpg(MVPG_CCO, NOWHERE, FROM, &cc), 0);
	expect_eq(cc, 1);
	expect_eq(mvpg(MVPG_CCO, TO, NOWHERE, &cc), 0);
	expect_eq(cc, 2);
	expect_eq(mvpg(MVPG_CCO, NOWHERE, NOWHERE, &cc), 0);
	expect_eq(cc, 2);
	expect_mem(to, from, PAGE_SIZE);
}

CASE(mvpg_protected, "MOVE PAGE to a page that DAT protects: protection")
{
	unsigned int cc;

	fill();
	protect_page(TO, PAGE_ENTRY_P);
	expect_eq(mvpg(0, TO, FROM, &cc), PGM_INT_CODE_PROTECTION);
	expect_eq(pgm_record()->teid & PAGE_MASK, (u64)TO);
	unprotect_page(TO, PAGE_ENTRY_P);
	expect_eq(to[0], 0x11);
}

CASE(mvpg_reserved, "MOVE PAGE with reserved bits of register 0: specification")
{
	static const u64 bits[] = { 0x8000, 0x4000, 0x2000, 0x1000 };
	unsigned int cc;

	for (size_t i = 0; i < ARRAY_SIZE(bits); i++)
		expect_eq_msg(mvpg(bits[i], TO, FROM, &cc), PGM_INT_CODE_SPECIFICATION, "%#" PRIx64,
			      bits[i]);
}

/* ---- MVCOS ---- */

static u16 mvcos(u64 control, void *first, const void *second, u64 length, unsigned int *cc)
{
	register u64 gr0 __asm__("0");
	u64 after;

	expect_pgm_int();
	gr0 = control;
	__asm__ __volatile__(".insn ssf,0xc80000000000,0(%2),0(%3),%4\n\tipm %0\n\tsrl %0,28"
			     : "=&d" (after)
			     : "d" (gr0), "a" (first), "a" (second), "d" (length)
			     : "cc", "memory");
	*cc = after & 3;
	return clear_pgm_int();
}

CASE(mvcos, "MVCOS: as many bytes as asked for, at most 4096, condition code 3 then")
{
	static const struct { u64 length, moved; unsigned int cc; } tries[] = {
		{ 0, 0, 0 }, { 1, 1, 0 }, { 4096, 4096, 0 }, { 4097, 4096, 3 }, { ~0ull, 4096, 3 },
	};
	unsigned int cc;

	require(test_facility(FACILITY_MVCOS));
	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		fill();
		expect_eq(mvcos(0, TO + 8, FROM, tries[i].length, &cc), 0);
		expect_eq_msg(cc, tries[i].cc, "condition code, length %#" PRIx64, tries[i].length);
		expect_mem(to + 8, from, tries[i].moved);
		expect_eq(to[7], 0x11);
		expect_eq_msg(to[8 + tries[i].moved], 0x11, "behind, length %#" PRIx64,
			      tries[i].length);
	}
}

CASE(mvcos_exception, "MVCOS from a page that is invalid: page translation with its address")
{
	unsigned int cc;

	require(test_facility(FACILITY_MVCOS));
	fill();
	expect_eq(mvcos(0, TO, FROM + 2 * PAGE_SIZE - 4, 8, &cc), PGM_INT_CODE_PAGE_TRANSLATION);
	expect_eq(pgm_record()->teid & PAGE_MASK, (u64)FROM + 2 * PAGE_SIZE);
}

CASE(mvcos_without_dat, "MVCOS without DAT: special operation")
{
	unsigned int cc;
	u16 code;

	require(test_facility(FACILITY_MVCOS));
	disable_dat();
	code = mvcos(0, to, from, 8, &cc);
	enable_dat();
	expect_eq(code, PGM_INT_CODE_SPECIAL_OPERATION);
}

/* ---- MVCL, CLCL ---- */

struct pairs {
	u64 address1, length1, address2, length2;
};

static u16 long_operation(u16 insn, struct pairs *p, unsigned int *cc)
{
	register u64 r2 __asm__("2");
	register u64 r3 __asm__("3");
	register u64 r4 __asm__("4");
	register u64 r5 __asm__("5");
	u64 after;

	expect_pgm_int();
	r2 = p->address1;
	r3 = p->length1;
	r4 = p->address2;
	r5 = p->length2;
	if (insn == 0x0e24)
		__asm__ __volatile__("mvcl %%r2,%%r4\n\tipm %0\n\tsrl %0,28"
				     : "=d" (after), "+d" (r2), "+d" (r3), "+d" (r4), "+d" (r5)
				     :
				     : "cc", "memory");
	else
		__asm__ __volatile__("clcl %%r2,%%r4\n\tipm %0\n\tsrl %0,28"
				     : "=d" (after), "+d" (r2), "+d" (r3), "+d" (r4), "+d" (r5)
				     :
				     : "cc", "memory");
	*cc = after & 3;
	*p = (struct pairs){ r2, r3, r4, r5 };
	return clear_pgm_int();
}

CASE(mvcl, "MOVE LONG over a page boundary with padding: data, registers, condition code 2")
{
	struct pairs p = { (u64)TO + 100, 6000, (u64)FROM + 50, 5000 | 0xabul << 24 };
	unsigned int cc;

	fill();
	expect_eq(long_operation(0x0e24, &p, &cc), 0);
	expect_eq(cc, 2);
	expect_eq(p.address1, (u64)TO + 6100);
	expect_eq(p.length1 & 0xffffff, 0);
	expect_eq(p.address2, (u64)FROM + 5050);
	expect_eq(p.length2, 0xabul << 24);
	expect_mem(to + 100, from + 50, 5000);
	expect_eq(to[5100], 0xab);
	expect_eq(to[6099], 0xab);
	expect_eq(to[6100], 0x11);
	expect_eq(to[99], 0x11);
}

CASE(mvcl_overlap, "MOVE LONG onto itself, destructively: condition code 3, nothing is moved")
{
	struct pairs p = { (u64)TO + 10, 100, (u64)TO, 100 };
	unsigned int cc;

	fill();
	to[0] = 0x22;
	expect_eq(long_operation(0x0e24, &p, &cc), 0);
	expect_eq(cc, 3);
	expect_eq(to[10], 0x11);
}

CASE(mvcl_exception, "MOVE LONG into a page that is invalid: page translation; what was moved "
		     "before it is consistent with the registers")
{
	struct pairs p = { (u64)TO + PAGE_SIZE, 2 * PAGE_SIZE, (u64)FROM, 2 * PAGE_SIZE };
	unsigned int cc;

	fill();
	expect_eq(long_operation(0x0e24, &p, &cc), PGM_INT_CODE_PAGE_TRANSLATION);
	expect_eq(pgm_record()->teid & PAGE_MASK, (u64)TO + 2 * PAGE_SIZE);
	expect_eq(p.address1 - ((u64)TO + PAGE_SIZE), p.address2 - (u64)FROM);
	expect_eq(p.address1 + (p.length1 & 0xffffff), (u64)TO + 3 * PAGE_SIZE);
	expect_mem(to + PAGE_SIZE, from, p.address2 - (u64)FROM);
}

CASE(clcl, "COMPARE LOGICAL LONG: equal 0; low 1; high 2, with the registers at the first "
	   "difference")
{
	struct pairs p = { (u64)TO, 5000, (u64)FROM, 5000 };
	unsigned int cc;

	fill();
	memcpy(to, from, 2 * PAGE_SIZE);
	expect_eq(long_operation(0x0f24, &p, &cc), 0);
	expect_eq(cc, 0);
	expect_eq(p.length1, 0);
	from[4500] = 5;
	to[4500] = 4;
	p = (struct pairs){ (u64)TO, 5000, (u64)FROM, 5000 };
	expect_eq(long_operation(0x0f24, &p, &cc), 0);
	expect_eq(cc, 1);
	expect_eq(p.address1, (u64)TO + 4500);
	expect_eq(p.length1, 500);
	expect_eq(p.address2, (u64)FROM + 4500);
	p = (struct pairs){ (u64)FROM, 5000, (u64)TO, 5000 };
	expect_eq(long_operation(0x0f24, &p, &cc), 0);
	expect_eq(cc, 2);
}
