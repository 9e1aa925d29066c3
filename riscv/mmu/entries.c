/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entries that are reserved, and accessed and dirty bits (Privileged Architecture, sections 4.3.1
 * and 4.3.2).
 */
#include "case.h"
#include "asm/processor.h"
#include "asm/sbi.h"
#include "mmu-test.h"

/* ---- entries that are not valid ---- */

static void check_invalid(pteval_t value, const char *what)
{
	set_entry(value);
	write_code(false);
	for (enum access a = 0; a < ACCESSES; a++)
		expect_fault(a, false, virt + OFFSET, what);
	expect_eq_msg(pte_val(*entry), value, "%s: the entry", what);
}

CASE(not_present, "without V every other bit is ignored")
{
	check_invalid(0, "0");
	check_invalid(pte_of(page, (LEAF | RWX | _PAGE_GLOBAL) & ~_PAGE_PRESENT), "all but V");
	check_invalid(~_PAGE_PRESENT, "all ones but V");
}

CASE(reserved_permissions, "write without read is reserved: with and without execute")
{
	check_invalid(pte_of(page, LEAF | _PAGE_WRITE), "w");
	check_invalid(pte_of(page, LEAF | _PAGE_WRITE | _PAGE_EXEC), "wx");
}

CASE(reserved_bits, "bits 60 to 54 are reserved")
{
	for (int bit = 54; bit <= 60; bit++)
		check_invalid(pte_of(page, LEAF | RWX | 1ul << bit), "a reserved bit");
}

CASE(pointer_at_last_level, "an entry of the last level that leads to a table")
{
	check_invalid(pte_of(page, _PAGE_PRESENT), "a pointer");
}

CASE(software_bits, "the two bits for software and G change nothing")
{
	set_entry(pte_of(page, LEAF | RWX | _PAGE_SOFT | _PAGE_GLOBAL));
	for (enum access a = 0; a < ACCESSES; a++) {
		write_code(false);
		expect_allowed(a, false, virt + OFFSET, "software bits");
	}
	expect_eq(pte_val(*entry), pte_of(page, LEAF | RWX | _PAGE_SOFT | _PAGE_GLOBAL));
	/* G stays in the TLB until a fence that is for all address spaces. */
	set_entry(0);
	local_flush_tlb_all();
}

/* ---- accessed and dirty ---- */

/*
 * Section 4.3.1: either a fault and nothing changed, or the bit is set. Never D by a load, never a
 * store without it.
 */
static void check_accessed(enum access access, pteval_t flags, pteval_t set)
{
	pteval_t before = pte_of(page, _PAGE_PRESENT | RWX | flags);

	set_entry(before);
	write_code(false);
	if (access_here(access, virt + OFFSET)) {
		expect_eq_msg(pte_val(*entry), before | set, "%s of %#lx", access_names[access],
			      flags);
	} else {
		expect_eq_msg(trap_record()->regs.cause, fault_of[access], "%s of %#lx",
			      access_names[access], flags);
		expect_eq_msg(trap_record()->regs.badaddr, (ulong)virt + OFFSET, "%s of %#lx",
			      access_names[access], flags);
		expect_eq_msg(pte_val(*entry), before, "%s of %#lx", access_names[access], flags);
	}
}

CASE(accessed, "A is set by every access, or its absence is a fault")
{
	check_accessed(LOAD, _PAGE_DIRTY, _PAGE_ACCESSED);
	check_accessed(FETCH, _PAGE_DIRTY, _PAGE_ACCESSED);
	check_accessed(LOAD, 0, _PAGE_ACCESSED);
	check_accessed(FETCH, 0, _PAGE_ACCESSED);
}

CASE(dirty, "D is set by stores and atomic operations, or its absence is a fault")
{
	check_accessed(STORE, _PAGE_ACCESSED, _PAGE_DIRTY);
	check_accessed(STORE, 0, _PAGE_ACCESSED | _PAGE_DIRTY);
	check_accessed(AMO, _PAGE_ACCESSED, _PAGE_DIRTY);
	check_accessed(LOAD, _PAGE_ACCESSED, 0);
	check_accessed(FETCH, _PAGE_ACCESSED, 0);
}

CASE(dirty_not_written, "a store that is not allowed sets neither")
{
	set_entry(pte_of(page, _PAGE_PRESENT | _PAGE_READ));
	expect_fault(STORE, false, virt + OFFSET, "a store to r");
	expect_eq(pte_val(*entry), pte_of(page, _PAGE_PRESENT | _PAGE_READ));
}
