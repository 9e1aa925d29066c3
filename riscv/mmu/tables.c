/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Large pages, pointers, addresses that are not canonical, accesses across two pages (Privileged
 * Architecture, sections 4.3.2 and 4.4 to 4.6).
 */
#include "case.h"
#include "asm/io.h"
#include "asm/processor.h"
#include "mmu-test.h"

/* For a leaf of that level; nothing else is there. From level 4 on it begins the upper half. */
static ulong free_address(int level)
{
	return level < 4 ? fresh_address(level) : -1ul << (PAGE_SHIFT + 9 * mmu_levels(mode) - 1);
}

static void check_large_page(int level)
{
	const ulong size = 1ul << (PAGE_SHIFT + 9 * (level - 1));
	ulong address = free_address(level);
	phys_addr_t phys = ALIGN_DOWN(virt_to_phys(page), size);
	pte_t *large = get_pte_level(current_pgtable(), address, level);
	ulong at = address + (virt_to_phys(page) - phys), value = 0;

	insist_eq(pte_val(*large), 0);
	WRITE_ONCE(pte_val(*large), phys >> PAGE_SHIFT << PTE_PPN_SHIFT | LEAF | RWX);
	local_flush_tlb_all();
	*(volatile u64 *)(page + 0xff8) = WORD + level;
	expect_msg(!trap_try("ld %0, 0xff8 - 0x800(%1)", "+r"(value), "r"(at + 0x800)), "level %d",
		   level);
	expect_eq_msg(value, WORD + level, "level %d", level);
	expect_eq_msg(virt_to_pte_phys(current_pgtable(), (void *)(at + 5)), virt_to_phys(page) + 5,
		      "level %d", level);
	WRITE_ONCE(pte_val(*large), phys >> PAGE_SHIFT << PTE_PPN_SHIFT | LEAF | _PAGE_READ);
	local_flush_tlb_all();
	expect_fault(STORE, false, (void *)(at + 8), "a large page that is read-only");
	WRITE_ONCE(pte_val(*large), 0);
	local_flush_tlb_all();
	expect_fault(LOAD, false, (void *)(at + 8), "not mapped any more");
}

CASE(large_pages, "leaves of every level but the lowest map 2 MiB and more: "
		  "each page where it belongs")
{
	/* The largest first: the tables of smaller ones are not taken away. */
	for (int level = mmu_levels(mode); level >= 2; level--)
		check_large_page(level);
}

CASE(misaligned_large_pages,
     "a large page that is not aligned to its size is a page fault (section 4.3.2, step 6)")
{
	for (int level = 2; level <= MIN(3, mmu_levels(mode)); level++) {
		ulong address = fresh_address(level);
		pte_t *large = get_pte_level(current_pgtable(), address, level);
		phys_addr_t phys = ALIGN_DOWN(virt_to_phys(page), SZ_1G);

		for (int bit = 12; bit < 12 + 9 * (level - 1); bit++) {
			WRITE_ONCE(pte_val(*large),
				   (phys | 1ul << bit) >> PAGE_SHIFT << PTE_PPN_SHIFT | LEAF | RWX);
			local_flush_tlb_all();
			for (enum access a = 0; a < ACCESSES; a++)
				expect_fault(a, false, (void *)(address + OFFSET), "misaligned");
		}
		WRITE_ONCE(pte_val(*large), 0);
		local_flush_tlb_all();
	}
}

CASE(reserved_in_pointers, "A, D and U are reserved in entries that lead to tables")
{
	static const pteval_t bits[] = { _PAGE_ACCESSED, _PAGE_DIRTY, _PAGE_USER };
	ulong address = fresh_address(2);
	pte_t *pointer = get_pte_level(current_pgtable(), address, 2);
	pteval_t good;

	*get_pte(current_pgtable(), address) = __pte(pte_of(page, LEAF | RWX));
	good = pte_val(*pointer);
	local_flush_tlb_all();
	expect_allowed(LOAD, false, (void *)(address + OFFSET), "a good pointer");
	for (size_t i = 0; i < ARRAY_SIZE(bits); i++) {
		WRITE_ONCE(pte_val(*pointer), good | bits[i]);
		local_flush_tlb_all();
		expect_fault(LOAD, false, (void *)(address + OFFSET),
			     "a reserved bit of a pointer");
	}
	WRITE_ONCE(pte_val(*pointer), good);
	local_flush_tlb_all();
}

CASE(not_canonical, "addresses whose upper bits are not all like the highest that is translated")
{
	int bits = PAGE_SHIFT + 9 * mmu_levels(mode);

	set_entry(pte_of(page, LEAF | RWX));
	expect_allowed(LOAD, false, virt + OFFSET, "canonical");
	for (int bit = bits; bit < 64; bit++)
		for (enum access a = 0; a < FETCH; a++)
			expect_fault(a, false, (void *)((ulong)(virt + OFFSET) ^ 1ul << bit),
				     "not canonical");
}

/* ---- two pages ---- */

CASE(across, "an access that begins in a page and ends in one that is not mapped: stval is where "
	     "that begins, nothing is stored")
{
	const struct pt_regs *regs = &trap_record()->regs;
	u8 *next = virt + PAGE_SIZE;
	ulong value = 0;

	set_entry(pte_of(page, LEAF | RWX));
	WRITE_ONCE(pte_val(*get_pte(current_pgtable(), (uintptr_t)next)), 0);
	local_flush_tlb_all();
	memset(page + PAGE_SIZE - 8, 0x5a, 8);
	insist(trap_try("ld %0, 0(%1)", "+r" (value), "r" (next - 3)));
	expect_eq(value, 0);
	/*
	 * Section 4.1.9; a hart that does no misaligned accesses says so, with the address of the
	 * whole.
	 */
	if (regs->cause != EXC_LOAD_MISALIGNED) {
		expect_eq(regs->cause, EXC_LOAD_PAGE_FAULT);
		expect_eq(regs->badaddr, (ulong)next);
	}
	insist(trap_try_in("sd %0, 0(%1)", "r" (WORD), "r" (next - 3)));
	if (regs->cause != EXC_STORE_MISALIGNED) {
		expect_eq(regs->cause, EXC_STORE_PAGE_FAULT);
		expect_eq(regs->badaddr, (ulong)next);
	}
}

CASE(fetch_across, "an instruction whose second half is not mapped: sepc is where it begins, stval "
		   "where the fault is")
{
	static const u16 half_of_nop = 0x0013;
	u8 *next = virt + PAGE_SIZE;

	set_entry(pte_of(page, LEAF | RWX));
	memcpy(page + PAGE_SIZE - 2, &half_of_nop, 2);
	local_flush_tlb_all();
	local_flush_icache();
	insist(catch_trap(call_address, next - 2));
	expect_eq(trap_record()->regs.cause, EXC_INST_PAGE_FAULT);
	expect_eq(trap_record()->regs.epc, (ulong)next - 2);
	expect_eq(trap_record()->regs.badaddr, (ulong)next);
}
