/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entries that lead to where no memory is, or to memory that the firmware keeps
 * for itself: an access fault of the original access, not a page fault, with
 * the virtual address (Privileged Architecture, sections 3.6, 3.7 and 4.3.2,
 * steps 2 and 7).
 */
#include "asm/processor.h"
#include "case.h"
#include "memregions.h"
#include "mmu-test.h"

#define NOTHING	 0xff12345000ul /* between RAM and the first terabyte's end */
#define FIRMWARE 0x80000000ul	/* its memory, if the device tree reserves it */

/* An AMO's is seen by exceptions/amo_access. */
static const ulong access_fault[] = { EXC_LOAD_ACCESS, EXC_STORE_ACCESS, EXC_INST_ACCESS };

static void expect_access_faults(ulong address, const char *what)
{
	const struct pt_regs *regs = &trap_record()->regs;

	for (enum access a = LOAD; a < AMO; a++) {
		if (!expect_msg(!access_here(a, (void *)address), "%s: %s faults", what,
				access_names[a]))
			continue;
		expect_eq_msg(regs->cause, access_fault[a], "%s: %s", what, access_names[a]);
		expect_eq_msg(regs->badaddr, address, "%s: stval of %s", what, access_names[a]);
		if (a == FETCH)
			expect_eq_msg(regs->epc, address, "%s: sepc", what);
	}
}

static void check_leaf(ulong phys, const char *what)
{
	pteval_t leaf = phys >> PAGE_SHIFT << PTE_PPN_SHIFT | LEAF | RWX;

	set_entry(leaf);
	expect_access_faults((ulong)virt + OFFSET, what);
	expect_eq_msg(pte_val(*entry), leaf, "%s: the entry", what);
	set_entry(0);
}

static void check_pointer(ulong phys, const char *what)
{
	ulong address = fresh_address(2);
	pte_t *pointer = get_pte_level(current_pgtable(), address, 2);

	WRITE_ONCE(pte_val(*pointer), phys >> PAGE_SHIFT << PTE_PPN_SHIFT | _PAGE_PRESENT);
	local_flush_tlb_all();
	expect_access_faults(address + OFFSET, what);
	WRITE_ONCE(pte_val(*pointer), 0);
	local_flush_tlb_all();
}

CASE(leaf_nowhere, "a page where nothing is")
{
	check_leaf(NOTHING, "a leaf");
}

CASE(leaf_firmware, "a page that only machine mode may access (section 3.7)")
{
	require(memregions_get_flags(FIRMWARE) == MR_F_RESERVED);
	check_leaf(FIRMWARE, "a leaf");
}

CASE(table_nowhere, "a table where nothing is")
{
	check_pointer(NOTHING, "a pointer");
}

CASE(table_firmware, "a table that only machine mode may access")
{
	require(memregions_get_flags(FIRMWARE) == MR_F_RESERVED);
	check_pointer(FIRMWARE, "a pointer");
}
