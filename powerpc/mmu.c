/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Radix translation (Power ISA 3.1B, Book III, section 6.7): who may read, write and execute which
 * page, at each level of the tables, and what the fault says: DAR, all of DSISR or SRR1; reference
 * and change bits; quadrants; tables that are none.
 */
#include "alloc_page.h"
#include "arch-hooks.h"
#include "case.h"
#include "asm/io.h"
#include "asm/mmu.h"
#include "asm/user.h"

#define SRR1_OWN	0x783f0000ul
#define LEAF		(RADIX_VALID | RADIX_LEAF | RADIX_R | RADIX_C)
#define DSISR_SET_RC	UL(0x00040000)
#define VALUE		0x1122334455667788ul
#define INSN_BLR	0x4e800020u

/* An own 512 GiB of addresses: what a case does to its tables concerns nobody else. */
#define AREA		0x3008000000000ul

static u64 *page;

void case_setup(void)
{
	require_msg(mmu_has_radix(), "the processor has no radix translation");
	setup_vm();
	page = alloc_page();
}

static pte_t *set(int level, pteval_t value)
{
	pte_t *entry = get_pte_level(arch_page_table(), AREA, level);

	*entry = __pte(value);
	mb();
	flush_tlb_local();
	return entry;
}

/* The page at AREA, with those attributes: values, or instructions that return. */
static u64 map(int level, pteval_t attributes)
{
	u64 size = 1ul << (PAGE_SHIFT + 9 * (level - 1));
	u64 at = AREA + (virt_to_phys(page) & (size - 1));

	page[0] = VALUE;
	page[1] = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? INSN_BLR : (u64)INSN_BLR << 32;
	__asm__ __volatile__("dcbst 0, %0\n\tsync\n\ticbi 0, %0\n\tisync"
			     : : "r" (page) : "memory");
	set(level, LEAF | attributes | (virt_to_phys(page) & ~(size - 1)));
	return at;
}

enum access { LOAD, STORE, FETCH };
static const char *const access_names[] = { "load", "store", "fetch" };

static void jump(void *to)
{
	__asm__ __volatile__("mtctr %0\n\tbctrl" : : "r" (to) : "ctr", "lr", "memory");
}

/* Whether it traps; what by is in trap_record(). */
static bool privileged_access(enum access access, u64 at)
{
	unsigned long value = 0;

	switch (access) {
	case LOAD:
		return trap_try("ld %0, 0(%1)", "+r" (value), "b" (at));
	case STORE:
		return trap_try_in("std %1, 0(%0)", "b" (at), "r" (1));
	case FETCH:
		return catch_trap(jump, (void *)(at + 8));
	}
	return false;
}

static bool user_access(enum access access, u64 at)
{
	/* ld r3, 0(r4); std r3, 0(r4); mtctr r5, bctrl */
	static const u32 load[] = { 0xe8640000 }, store[] = { 0xf8640000 };
	static const u32 fetch[] = { 0x7ca903a6, 0x4e800421 };
	struct pt_regs regs = { .gpr[3] = 1, .gpr[4] = at, .gpr[5] = at + 8 };

	run_user_code(access == LOAD ? load : access == STORE ? store : fetch,
		      access == FETCH ? 2 : 1, &regs);
	return trap_record()->regs.trap != 0xc00;
}

static void expect_fault(enum access access, u64 at, u64 cause)
{
	const struct pt_regs *regs = &trap_record()->regs;

	expect_eq_msg(regs->trap, access == FETCH ? 0x400 : 0x300, "%s", access_names[access]);
	if (access == FETCH) {
		expect_eq(regs->nip, at + 8);
		expect_eq(regs->msr & SRR1_OWN, cause);
		return;
	}
	expect_eq(regs->dar, at);
	expect_eq(regs->dsisr, cause | (access == STORE ? DSISR_STORE : 0));
	expect_eq(regs->msr & SRR1_OWN, 0);
}

/* What a page allows: the bits, to whom. Without write there is no change. */
static void check_page(int level, pteval_t bits, bool user)
{
	static const pteval_t needs[] = { RADIX_READ, RADIX_WRITE, RADIX_EXECUTE };

	for (enum access access = LOAD; access <= FETCH; access++) {
		u64 at = map(level, bits);
		bool allowed = (bits & needs[access]) && !(user && (bits & RADIX_PRIVILEGED));
		bool trapped = user ? user_access(access, at) : privileged_access(access, at);

		expect_msg(trapped != allowed, "level %d, page %#" PRIx64 ", %s %s", level, bits,
			   user ? "user's" : "privileged", access_names[access]);
		if (trapped)
			expect_fault(access, at, access == FETCH && !(bits & RADIX_EXECUTE) ?
				     SRR1_NOEXEC : DSISR_PROTECTION);
		expect_eq(page[0], access == STORE && allowed ? 1 : VALUE);
	}
	set(level, 0);
}

static const pteval_t kinds[] = {
	RADIX_READ,
	RADIX_READ | RADIX_WRITE,
	RADIX_EXECUTE,
	RADIX_READ | RADIX_EXECUTE,
	RADIX_READ | RADIX_WRITE | RADIX_EXECUTE,
};

CASE(privileged_small,
     "4 KiB pages of the privileged state: each access that the bits allow, no other")
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		check_page(1, RADIX_PRIVILEGED | kinds[i], false);
}

CASE(user_small, "4 KiB pages of user mode: each access that the bits allow, no other")
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		check_page(1, kinds[i], true);
}

CASE(user_medium, "2 MiB pages of user mode: the same")
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		check_page(2, kinds[i], true);
}

CASE(privileged_large, "2 MiB and 1 GiB pages of the privileged state: the same")
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		check_page(2, RADIX_PRIVILEGED | kinds[i], false);
		check_page(3, RADIX_PRIVILEGED | kinds[i], false);
	}
}

/* A fetch from there is against the page's protection; processors also call it not executable. */
CASE(user_of_privileged,
     "user mode's accesses to pages of the privileged state: bit 36, a fetch's 36 or 35")
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		for (enum access access = LOAD; access <= FETCH; access++) {
			u64 at = map(1, RADIX_PRIVILEGED | kinds[i]), own;

			expect(user_access(access, at));
			if (access != FETCH) {
				expect_fault(access, at, DSISR_PROTECTION);
				continue;
			}
			own = trap_record()->regs.msr & SRR1_OWN;
			expect_eq(trap_record()->regs.trap, 0x400);
			expect_eq(trap_record()->regs.nip, at + 8);
			expect_ne(own & (SRR1_NOEXEC | SRR1_PROTECTION), 0);
			expect_eq(own & ~(SRR1_NOEXEC | SRR1_PROTECTION), 0);
		}
	}
	set(1, 0);
}

CASE(nothing,
     "an entry that is not valid, at each level: DSISR bit 33, bit 38 for stores; SRR1 bit 33")
{
	for (int level = 1; level <= 3; level++) {
		for (enum access access = LOAD; access <= FETCH; access++) {
			set(level, 0);
			expect(privileged_access(access, AREA));
			expect_fault(access, AREA, DSISR_NOTRANSLATION);
			expect(user_access(access, AREA));
			expect_fault(access, AREA, DSISR_NOTRANSLATION);
		}
	}
}

CASE(bad_tree, "a table of a size that is none: DSISR bit 44, SRR1 bit 44")
{
	static const pteval_t sizes[] = { 0, 1, 4 };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		set(2, RADIX_VALID | virt_to_phys(page) | sizes[i]);
		expect(privileged_access(LOAD, AREA));
		expect_fault(LOAD, AREA, DSISR_BADTREE);
		expect(privileged_access(FETCH, AREA));
		expect_fault(FETCH, AREA, DSISR_BADTREE);
	}
	set(2, 0);
}

/* ---- reference and change ---- */

static void check_rc(enum access access, pteval_t want)
{
	u64 at = map(1, RADIX_PRIVILEGED | RADIX_READ | RADIX_WRITE | RADIX_EXECUTE);
	pte_t *entry = get_pte(arch_page_table(), AREA);
	bool trapped;

	set(1, pte_val(*entry) & ~(RADIX_R | RADIX_C));
	trapped = privileged_access(access, at);
	/* The processor sets them, or has software do so. */
	if (trapped)
		expect_fault(access, at, DSISR_SET_RC);
	else
		expect_eq_msg(pte_val(*entry) & (RADIX_R | RADIX_C), want, "%s",
			      access_names[access]);
	set(1, 0);
}

CASE(reference_change,
     "a load and a fetch set R alone, a store R and C, or DSISR bit 45 asks for it")
{
	check_rc(LOAD, RADIX_R);
	check_rc(FETCH, RADIX_R);
	check_rc(STORE, RADIX_R | RADIX_C);
}

CASE(no_change, "a store that the page does not allow sets no C")
{
	u64 at = map(1, RADIX_PRIVILEGED | RADIX_READ);
	pte_t *entry = get_pte(arch_page_table(), AREA);

	set(1, pte_val(*entry) & ~RADIX_C);
	expect(privileged_access(STORE, at));
	expect_fault(STORE, at, DSISR_PROTECTION);
	expect_eq(pte_val(*entry) & RADIX_C, 0);
	set(1, 0);
}

/* ---- which table ---- */

CASE(quadrants, "quadrant 3 is process 0's as quadrant 0 here; 1 and 2 are no guest's: 0x380")
{
	unsigned long value = 0;
	u64 at = map(1, RADIX_PRIVILEGED | RADIX_READ);

	expect(!trap_try("ld %0, 0(%1)", "+r" (value), "b" (at | 0xc000000000000000ul)));
	expect_eq(value, VALUE);
	set(1, 0);
	if (machine_is_powernv())
		return;
	for (u64 quadrant = 1; quadrant <= 2; quadrant++) {
		expect(privileged_access(LOAD, at | quadrant << 62));
		expect_eq(trap_record()->regs.trap, 0x380);
		expect_eq(trap_record()->regs.dar, at | quadrant << 62);
	}
}
