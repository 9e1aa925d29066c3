/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fetching instructions (Principles of Operation, chapter 5, "Instruction Fetching"; chapter 6,
 * "ILC on Instruction-Fetching Exceptions"): instructions over the end of a page, exceptions of
 * the second page, which halfwords before it do not hide, exceptions at each level of translation,
 * and EXECUTE's target: its exceptions are EXECUTE's, its access is a fetch.
 */
#include "case.h"
#include "alloc_page.h"
#include "s390x/mmu.h"
#include "s390x/smp.h"
#include "asm/facility.h"

#define FACILITY_EXECUTE_EXTENSIONS	35
#define FACILITY_FETCH_STORE		75
#define FACILITY_IEP			130

#define AREA	((char *)0x4000000000000000)
#define BEHIND	(AREA + PAGE_SIZE)		/* maps nothing, but for one case */

static pgd_t *root;
static u16 *page;		/* at AREA */
static u64 word;

static const struct pgm_record *r(void)
{
	return pgm_record();
}

void case_setup(void)
{
	setup_vm();
	root = current_pgtable();
	page = alloc_page();
	install_page(root, virt_to_phys(page), AREA);
}

static void call(void *function)
{
	register u64 *storage __asm__("2") = &word;
	register void *where __asm__("1") = function;

	word = 0x5a5a;
	__asm__ __volatile__("lghi %%r3,0\n\tbasr %%r14,%1"
			     : "+d" (storage) : "a" (where) : "r3", "r14", "memory", "cc");
}

/* The identification of a fetch in the primary space. */
static u64 fetch_of(const void *address)
{
	return ((u64)address & PAGE_MASK) |
	       (test_facility(FACILITY_FETCH_STORE) ? (u64)TEID_FETCH << 10 : 0);
}

/* Nullified: the PSW is at the instruction; the length is any, but not 0. */
static void expect_fetch_exception(u16 code, const void *insn, const void *missing)
{
	expect_eq(r()->code, code);
	expect_eq(r()->psw.addr, (u64)insn);
	expect_eq(r()->teid & ~0x3fcull, fetch_of(missing));
	expect(r()->ilc == 2 || r()->ilc == 4 || r()->ilc == 6);
}

/* LGHI 3,0x123, and STG 3,0(2): whose first halfwords are the last ones of a page. */
static const u16 code[] = { 0xa739, 0x0123, 0xe330, 0x2000, 0x0024, 0x07fe };

/* Writes the code so that as many halfwords of STG are in the page; returns STG's place. */
static char *place(unsigned int before)
{
	unsigned int first = 2048 - 2 - before;

	for (unsigned int i = 0; first + i < 2048; i++)
		page[first + i] = code[i];
	return AREA + 2 * (first + 2);
}

CASE(second_page, "an instruction whose end is in a page that is invalid: page translation with "
		  "that page's address, nothing stored, and the instruction before is done")
{
	for (unsigned int before = 1; before < 3; before++) {
		char *insn = place(before);

		expect(catch_pgm(call, insn - 4));
		expect_fetch_exception(PGM_INT_CODE_PAGE_TRANSLATION, insn, BEHIND);
		expect_eq(r()->grs[3], 0x123);
		expect_eq(word, 0x5a5a);
	}
}

CASE(over_pages, "an instruction over two pages that are not neighbours in real storage")
{
	u16 *three = alloc_pages(2), *first = page;

	/* The second page is before the first, and what is behind the first are other bytes. */
	page = three + 2048;
	memset(three + 4096, 0, PAGE_SIZE);
	install_page(root, virt_to_phys(page), AREA);
	install_page(root, virt_to_phys(three), BEHIND);
	ptlb();
	for (unsigned int before = 1; before < 3; before++) {
		char *insn = place(before);

		for (unsigned int i = 0; i < ARRAY_SIZE(code) - 2 - before; i++)
			three[i] = code[2 + before + i];
		expect(!catch_pgm(call, insn - 4));
		expect_eq(word, 0x123);
	}
	page = first;
	install_page(root, virt_to_phys(page), AREA);
	protect_page(BEHIND, PAGE_ENTRY_I);
}

CASE(levels, "a branch to what is not mapped at each level: the exception of that level, at the "
	     "target")
{
	static const struct {
		u64 distance;
		u16 code;
	} tries[] = {
		{ PAGE_SIZE, PGM_INT_CODE_PAGE_TRANSLATION },
		{ 1ul << SEGMENT_SHIFT, PGM_INT_CODE_SEGMENT_TRANSLATION },
		{ 1ul << REGION3_SHIFT, PGM_INT_CODE_REGION_THIRD_TRANS },
		{ 1ul << REGION2_SHIFT, PGM_INT_CODE_REGION_SECOND_TRANS },
		{ 1ul << REGION1_SHIFT, PGM_INT_CODE_REGION_FIRST_TRANS },
	};

	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		char *target = AREA + tries[i].distance + 0x124;

		expect(catch_pgm(call, target));
		expect_fetch_exception(tries[i].code, target, target);
	}
}

/* ---- EXECUTE ---- */

static u64 execute_at;

/* Register 0 has ones that R1 = 0 does not OR into the target. */
static void execute(void *target)
{
	__asm__ __volatile__("larl %%r3,0f\n\tstg %%r3,%0\n\tlghi %%r0,-1\n\tlarl %%r2,%2\n"
			     "0:\tex 0,0(%1)"
			     : "=R" (execute_at) : "a" (target), "i" (&word)
			     : "r0", "r2", "r3", "memory", "cc");
}

CASE(target_missing, "EXECUTE of a target that is, or ends, in an invalid page: page translation "
		     "with its address; the PSW is at EXECUTE")
{
	char *insn = place(1);

	word = 0x5a5a;
	expect(catch_pgm(execute, BEHIND + 0x10));
	expect_fetch_exception(PGM_INT_CODE_PAGE_TRANSLATION, (void *)execute_at, BEHIND);
	expect(catch_pgm(execute, insn));
	expect_fetch_exception(PGM_INT_CODE_PAGE_TRANSLATION, (void *)execute_at, BEHIND);
	expect_eq(word, 0x5a5a);
}

CASE(target_protected, "EXECUTE of a target under instruction-execution protection: protection, "
		       "bits 56 and 61; not without CR0.43")
{
	require(test_facility(FACILITY_IEP));
	page[0] = 0x1811;		/* LR 1,1 */
	protect_page(AREA, PAGE_ENTRY_IEP);
	expect(!catch_pgm(execute, AREA));
	ctl_set_bit(0, CTL0_IEP);
	ptlb();
	expect(catch_pgm(execute, AREA));
	ctl_clear_bit(0, CTL0_IEP);
	unprotect_page(AREA, PAGE_ENTRY_IEP);
	expect_eq(r()->code, PGM_INT_CODE_PROTECTION);
	expect_eq(r()->teid & PAGE_MASK, (u64)AREA);
	expect_eq(r()->teid & 0x8c, 0x84);
}

CASE(target_unmodified, "EXECUTE with R1 = 0 changes nothing of its target, whatever register 0 "
			"holds; else bits 56 to 63 are ORed")
{
	u64 value = 0, bits = 0xffffffffffffff24;

	page[0] = 0xa739;		/* LGHI 3,2 */
	page[1] = 2;
	__asm__ __volatile__("lghi %%r0,-1\n\tlghi %%r3,0\n\tex 0,0(%1)\n\tlgr %0,%%r3"
			     : "=d" (value) : "a" (AREA) : "r0", "r3", "memory", "cc");
	expect_eq(value, 2);
	page[0] = 0x1b00;		/* SR 0,0, by the OR SR 2,4 */
	__asm__ __volatile__("lghi %%r0,7\n\tlghi %%r2,9\n\tlghi %%r4,4\n\tex %2,0(%1)\n\t"
			     "lgr %0,%%r2\n\tsllg %0,%0,8\n\togr %0,%%r0"
			     : "=&d" (value) : "a" (AREA), "a" (bits)
			     : "r0", "r2", "r4", "memory", "cc");
	expect_eq(value, 0x507);
	expect_eq(page[0], 0x1b00);
}

static const u16 exrl_targets[4] __aligned(8) = { 0x0000, 0, 0x4400, 0 };

CASE(exrl, "EXECUTE RELATIVE LONG: its target's exception and an EXECUTE as its target have its "
	   "length, 6")
{
	u64 behind;

	require(test_facility(FACILITY_EXECUTE_EXTENSIONS));
	expect_pgm_int();
	__asm__ __volatile__("larl %0,0f\n\t.insn ril,0xc60000000000,0,%1\n0:"
			     : "=&d" (behind) : "i" (&exrl_targets[0]) : "memory", "cc");
	expect_eq(clear_pgm_int(), PGM_INT_CODE_OPERATION);
	expect_eq(r()->ilc, 6);
	expect_eq(r()->psw.addr, behind);
	expect_pgm_int();
	__asm__ __volatile__("larl %0,0f\n\t.insn ril,0xc60000000000,0,%1\n0:"
			     : "=&d" (behind) : "i" (&exrl_targets[2]) : "memory", "cc");
	expect_eq(clear_pgm_int(), PGM_INT_CODE_EXECUTE);
	expect_eq(r()->ilc, 6);
	expect_eq(r()->psw.addr, behind);
}
