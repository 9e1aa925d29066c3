/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Extensions of page tables (Privileged Architecture 20211203, chapters 5 to 7: Svnapot, Svpbmt,
 * Svinval; Svadu 1.0 with SBI 3.0's firmware feature): where the device tree announces one it
 * works; where it does not its bits are reserved.
 */
#include "case.h"
#include "alloc_page.h"
#include "riscv/isa.h"
#include "asm/io.h"
#include "asm/processor.h"
#include "asm/sbi.h"
#include "mmu-test.h"

static void expect_all_fault(pteval_t value, const char *what)
{
	set_entry(value);
	write_code(false);
	for (enum access a = 0; a < AMO; a++)
		expect_fault(a, false, virt + OFFSET, what);
	set_entry(0);
}

/* ---- Svnapot ---- */

#define NAPOT_PAGES	16
#define NAPOT_64K	8ul		/* the low bits of the page number that say so */

CASE(napot, "sixteen entries with N and page number ...1000 map 64 KiB: each page where it belongs")
{
	ulong address = fresh_address(2), value = 0;
	u8 *memory;

	require(has_extension("svnapot"));
	memory = alloc_pages(4);
	for (int i = 0; i < NAPOT_PAGES; i++) {
		*(volatile u64 *)(memory + i * PAGE_SIZE + OFFSET) = WORD + i;
		WRITE_ONCE(pte_val(*get_pte(current_pgtable(), address + i * PAGE_SIZE)),
			   (virt_to_pfn(memory) | NAPOT_64K) << PTE_PPN_SHIFT | LEAF | RWX |
				   _PAGE_NAPOT);
	}
	local_flush_tlb_all();
	for (ulong i = 0; i < NAPOT_PAGES; i++) {
		expect_msg(!trap_try("ld %0, 0(%1)", "+r"(value),
				     "r"(address + i * PAGE_SIZE + OFFSET)),
			   "page %lu", i);
		expect_eq_msg(value, WORD + i, "page %lu", i);
	}
	for (int i = 0; i < NAPOT_PAGES; i++)
		*get_pte(current_pgtable(), address + i * PAGE_SIZE) = __pte(0);
	local_flush_tlb_all();
	free_pages(memory);
}

CASE(napot_reserved,
     "N with other low bits of the page number is reserved; so it is without Svnapot")
{
	ulong pfn = virt_to_pfn(page) & ~0xful;

	for (ulong low = 0; low < 16; low++)
		if (low != NAPOT_64K || !has_extension("svnapot"))
			expect_all_fault((pfn | low) << PTE_PPN_SHIFT | LEAF | RWX | _PAGE_NAPOT,
					 "N");
}

/* ---- Svpbmt ---- */

#define PBMT(type)	((pteval_t)(type) << 61)

CASE(memory_types,
     "non-cacheable and I/O are memory types of a leaf; they change no permission and no value")
{
	require(has_extension("svpbmt"));
	for (pteval_t type = 0; type < 3; type++) {
		ulong value = 0;

		set_entry(pte_of(page, LEAF | RWX | PBMT(type)));
		*(volatile u64 *)(page + OFFSET) = WORD + type;
		mb();
		expect(!trap_try("ld %0, 0(%1)", "+r" (value), "r" (virt + OFFSET)));
		expect_eq_msg(value, WORD + type, "type %lu", type);
		expect(!trap_try_in("sd %0, 0(%1)", "r" (WORD), "r" (virt + OFFSET)));
		set_entry(pte_of(page, LEAF | _PAGE_READ | PBMT(type)));
		expect_fault(STORE, false, virt + OFFSET, "r");
	}
	set_entry(0);
}

CASE(memory_types_reserved, "type 3 is reserved; without Svpbmt all but 0 are")
{
	for (pteval_t type = has_extension("svpbmt") ? 3 : 1; type < 4; type++)
		expect_all_fault(pte_of(page, LEAF | RWX | PBMT(type)), "a reserved type");
}

CASE(memory_type_of_pointer, "a memory type in an entry that leads to a table is reserved")
{
	ulong address = fresh_address(2);
	pte_t *pointer = get_pte_level(current_pgtable(), address, 2);
	pteval_t good;

	*get_pte(current_pgtable(), address) = __pte(pte_of(page, LEAF | RWX));
	good = pte_val(*pointer);
	for (pteval_t type = 1; type < 4; type++) {
		WRITE_ONCE(pte_val(*pointer), good | PBMT(type));
		local_flush_tlb_all();
		expect_fault(LOAD, false, (void *)(address + OFFSET), "a type of a pointer");
	}
	WRITE_ONCE(pte_val(*pointer), good);
	local_flush_tlb_all();
	expect_allowed(LOAD, false, (void *)(address + OFFSET), "no type");
}

/* ---- Svinval ---- */

/* By number: SFENCE.W.INVAL, SINVAL.VMA a0, zero, SFENCE.INVAL.IR. */
static void invalidate(void *address)
{
	register ulong a0 __asm__("a0") = (ulong)address;

	__asm__ __volatile__(".4byte 0x18000073, 0x16050073, 0x18100073" : : "r" (a0) : "memory");
}

CASE(invalidate, "SINVAL.VMA between its two fences makes a new entry seen")
{
	ulong value = 0;
	u8 *other;

	require(has_extension("svinval"));
	other = alloc_page();
	for (ulong i = 0; i < 20; i++) {
		u8 *to = i % 2 ? other : page;

		*(volatile u64 *)(to + OFFSET) = WORD + i;
		WRITE_ONCE(pte_val(*entry), pte_of(to, LEAF | RWX));
		invalidate(virt);
		expect(!trap_try("ld %0, 0(%1)", "+r" (value), "r" (virt + OFFSET)));
		expect_eq(value, WORD + i);
	}
	set_entry(0);
	free_page(other);
}

/* ---- accessed and dirty bits, both ways ---- */

static const struct { enum access access; pteval_t flags, set; } updates[] = {
	{ LOAD, 0, _PAGE_ACCESSED }, { FETCH, 0, _PAGE_ACCESSED },
	{ STORE, 0, _PAGE_ACCESSED | _PAGE_DIRTY }, { STORE, _PAGE_ACCESSED, _PAGE_DIRTY },
};

static void check_updates(bool by_hardware)
{
	for (size_t i = 0; i < ARRAY_SIZE(updates); i++) {
		pteval_t before = pte_of(page, _PAGE_PRESENT | RWX | updates[i].flags);

		set_entry(before);
		write_code(false);
		if (by_hardware)
			expect_allowed(updates[i].access, false, virt + OFFSET, "A or D clear");
		else
			expect_fault(updates[i].access, false, virt + OFFSET, "A or D clear");
		expect_eq_msg(pte_val(*entry), by_hardware ? before | updates[i].set : before, "%s",
			      access_names[updates[i].access]);
	}
	set_entry(0);
}

static long set_updating(ulong on)
{
	return sbi_fwft_set(SBI_FWFT_PTE_AD_HW_UPDATING, on, 0).error;
}

CASE(updating, "A and D are set by hardware or are faults, as the firmware feature says")
{
	struct sbiret before = { SBI_ERR_NOT_SUPPORTED, 0 };

	require(sbi_probe(SBI_EXT_FWFT));
	before = sbi_fwft_get(SBI_FWFT_PTE_AD_HW_UPDATING);
	require_msg(!before.error, "the firmware does not have the feature: error %ld",
		    before.error);
	expect_eq(set_updating(1), SBI_SUCCESS);
	expect_eq(sbi_fwft_get(SBI_FWFT_PTE_AD_HW_UPDATING).value, 1);
	check_updates(true);
	expect_eq(set_updating(0), SBI_SUCCESS);
	expect_eq(sbi_fwft_get(SBI_FWFT_PTE_AD_HW_UPDATING).value, 0);
	check_updates(false);
	expect_eq(set_updating((ulong)before.value), SBI_SUCCESS);
}

CASE(svade, "with Svade announced, and not Svadu, clear A and D bits are faults")
{
	require(has_extension("svade") && !has_extension("svadu"));
	check_updates(false);
}
