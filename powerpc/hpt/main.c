/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hashed page table of a guest, which its hypervisor keeps: H_ENTER, H_READ, H_REMOVE,
 * H_PROTECT, H_BULK_REMOVE with right and wrong arguments (LoPAR 1.1, section 14.5.4, page frame
 * table), and what the processor makes of the entries (Power ISA 2.07B, Book III-S, chapter 5). On
 * processors without radix tables, in real mode but for single accesses.
 */
#include "alloc_page.h"
#include "arch-hooks.h"
#include "case.h"
#include "asm/hcall.h"
#include "asm/io.h"
#include "asm/mmu.h"
#include "asm/setup.h"
#include "hpt-test.h"

unsigned long n_groups;

static unsigned long pft_bits(void)
{
	int cpu = fdt_first_child(&machine_fdt, fdt_find(&machine_fdt, "/cpus"));
	struct fdt_value value = fdt_value(&machine_fdt, cpu, "ibm,pft-size");
	uint64_t bits = 0;

	return value.data && fdt_cells(value, 1, 1, &bits) ? bits : 0;
}

/* Any number will do; one a segment. */
unsigned long vsid_of(unsigned long ea)
{
	return 0x123456ul + (ea >> SEGMENT_BITS);
}

unsigned long group_of(unsigned long ea)
{
	return (vsid_of(ea) ^ ((ea & ((1ul << SEGMENT_BITS) - 1)) >> PAGE_SHIFT)) & (n_groups - 1);
}

/* AVPN: the virtual address without its low 23 bits. */
unsigned long first_word(unsigned long ea)
{
	unsigned long va = vsid_of(ea) << SEGMENT_BITS | (ea & ((1ul << SEGMENT_BITS) - 1));

	return va >> 23 << 7 | HPTE_BOLTED | HPTE_V;
}

struct hcall_regs call(unsigned long number, unsigned long flags, unsigned long index,
		       unsigned long a, unsigned long b)
{
	struct hcall_regs regs = { { number, flags, index, a, b } };

	hcall_regs(&regs);
	return regs;
}

long remove_entry(unsigned long index)
{
	return (long)call(H_REMOVE, 0, index, 0, 0).r[0];
}

unsigned long empty_group(unsigned long ea)
{
	unsigned long first = group_of(ea) * GROUP;

	for (unsigned long i = first; i < first + GROUP; i++)
		remove_entry(i);
	return first;
}

void case_setup(void)
{
	require_msg(machine_is_pseries(), "this machine is the hypervisor's own level");
	require_msg(!mmu_has_radix(), "the processor has radix translation");
	require_msg(pft_bits(), "the device tree has no ibm,pft-size");
	n_groups = 1ul << (pft_bits() - 7);
}

#define WORD2(page)	(virt_to_phys(page) | HPTE_M | HPTE_R | HPTE_C)

static u64 page[PAGE_SIZE / 8] __aligned(PAGE_SIZE);

CASE(enter_read_remove,
     "an entry that H_ENTER makes H_READ reads and H_REMOVE gives back, then it is gone")
{
	unsigned long first = empty_group(SEGMENT), word1 = first_word(SEGMENT);
	struct hcall_regs regs = call(H_ENTER, 0, first, word1, WORD2(page));
	unsigned long index = regs.r[1];

	insist_eq(regs.r[0], H_SUCCESS);
	expect_eq(index & ~(GROUP - 1), first);
	regs = call(H_READ, 0, index, 0, 0);
	expect_eq(regs.r[0], H_SUCCESS);
	expect_eq(regs.r[1] & ~HPTE_HYPERVISOR, word1);
	expect_eq(regs.r[2], WORD2(page));
	regs = call(H_REMOVE, 0, index, 0, 0);
	expect_eq(regs.r[0], H_SUCCESS);
	expect_eq(regs.r[1] & ~HPTE_HYPERVISOR, word1);
	expect_eq(regs.r[2], WORD2(page));
	expect_eq(remove_entry(index), H_NOT_FOUND);
	regs = call(H_READ, 0, index, 0, 0);
	expect_eq(regs.r[0], H_SUCCESS);
	expect_eq(regs.r[1] & HPTE_V, 0);
}

CASE(group_full,
     "eight entries of a group, the ninth is H_PTEG_FULL; H_EXACT takes its place or none")
{
	unsigned long first = empty_group(SEGMENT), word1 = first_word(SEGMENT), seen = 0;
	struct hcall_regs regs;

	for (unsigned long i = 0; i < GROUP; i++) {
		regs = call(H_ENTER, 0, first, word1 + (i << 12), WORD2(page));
		expect_eq_msg(regs.r[0], H_SUCCESS, "entry %lu", i);
		seen |= 1ul << (regs.r[1] - first);
	}
	expect_eq(seen, 0xff);
	expect_eq(call(H_ENTER, 0, first, word1, WORD2(page)).r[0], (u64)H_PTEG_FULL);
	expect_eq(call(H_ENTER, F_EXACT, first + 3, word1, WORD2(page)).r[0], (u64)H_PTEG_FULL);
	expect_eq(remove_entry(first + 3), H_SUCCESS);
	expect_eq(remove_entry(first + 5), H_SUCCESS);
	regs = call(H_ENTER, F_EXACT, first + 5, word1, WORD2(page));
	expect_eq(regs.r[0], H_SUCCESS);
	expect_eq(regs.r[1], first + 5);
	empty_group(SEGMENT);
}

CASE(wrong_index, "an index behind the table's end is H_PARAMETER for all of them")
{
	static const unsigned long numbers[] = { H_ENTER, H_READ, H_REMOVE, H_PROTECT };
	unsigned long end = n_groups * GROUP;

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		expect_eq_msg(call(numbers[i], 0, end, first_word(SEGMENT), WORD2(page)).r[0],
			      (u64)H_PARAMETER, "call %#lx", numbers[i]);
		expect_eq_msg(call(numbers[i], 0, end << 20, first_word(SEGMENT), WORD2(page)).r[0],
			      (u64)H_PARAMETER, "call %#lx", numbers[i]);
	}
}

CASE(wrong_entry,
     "H_ENTER of a large page's size that is none is H_PARAMETER, and nothing is entered")
{
	unsigned long first = empty_group(SEGMENT);

	/* L with the size bits all ones: no processor has it. */
	expect_eq(call(H_ENTER, F_EXACT, first, first_word(SEGMENT) | HPTE_LARGE,
		       WORD2(page) | 0xff000).r[0], (u64)H_PARAMETER);
	expect_eq(call(H_READ, 0, first, 0, 0).r[1] & HPTE_V, 0);
	expect_eq(remove_entry(first), H_NOT_FOUND);
}

CASE(remove_conditions, "H_REMOVE with H_AVPN or H_ANDCOND takes only the entry that fits")
{
	unsigned long first = empty_group(SEGMENT), word1 = first_word(SEGMENT);
	unsigned long avpn = word1 & ~0x7ful;

	insist_eq(call(H_ENTER, F_EXACT, first, word1, WORD2(page)).r[0], H_SUCCESS);
	expect_eq(call(H_REMOVE, F_AVPN, first, avpn + 0x80, 0).r[0], (u64)H_NOT_FOUND);
	expect_eq(call(H_REMOVE, F_ANDCOND, first, HPTE_BOLTED, 0).r[0], (u64)H_NOT_FOUND);
	expect_eq(call(H_READ, 0, first, 0, 0).r[1] & ~HPTE_HYPERVISOR, word1);
	expect_eq(call(H_REMOVE, F_AVPN, first, avpn, 0).r[0], H_SUCCESS);
	insist_eq(call(H_ENTER, F_EXACT, first, word1, WORD2(page)).r[0], H_SUCCESS);
	expect_eq(call(H_REMOVE, F_ANDCOND, first, 0x20, 0).r[0], H_SUCCESS);
}

CASE(protect, "H_PROTECT sets PP and N of an entry, and nothing else; H_AVPN must fit")
{
	unsigned long first = empty_group(SEGMENT), word1 = first_word(SEGMENT);
	unsigned long avpn = word1 & ~0x7ful, word2;

	expect_eq(call(H_PROTECT, PP_READ, first, 0, 0).r[0], (u64)H_NOT_FOUND);
	insist_eq(call(H_ENTER, F_EXACT, first, word1, WORD2(page)).r[0], H_SUCCESS);
	expect_eq(call(H_PROTECT, F_AVPN | PP_READ | HPTE_N, first, avpn + 0x80, 0).r[0],
		  (u64)H_NOT_FOUND);
	expect_eq(call(H_READ, 0, first, 0, 0).r[2] & (HPTE_PP | HPTE_N), 0);
	expect_eq(call(H_PROTECT, F_AVPN | PP_READ | HPTE_N, first, avpn, 0).r[0], H_SUCCESS);
	word2 = call(H_READ, 0, first, 0, 0).r[2];
	expect_eq(word2 & (HPTE_PP | HPTE_N), PP_READ | HPTE_N);
	expect_eq(word2 & ~(HPTE_PP | HPTE_N | HPTE_R | HPTE_C), virt_to_phys(page) | HPTE_M);
	expect_eq(call(H_READ, 0, first, 0, 0).r[1] & HPTE_V, HPTE_V);
	empty_group(SEGMENT);
}

/* ---- H_BULK_REMOVE: four pairs of doublewords ---- */

#define BULK_REQUEST		0x4000000000000000ul
#define BULK_RESPONSE		0x8000000000000000ul
#define BULK_END		0xc000000000000000ul
#define BULK_AVPN		0x0200000000000000ul
#define BULK_CODE		0xf000000000000000ul	/* type, and what became of it */
#define BULK_NOT_FOUND		0x9000000000000000ul
#define BULK_PARAMETER		0xa000000000000000ul

CASE(bulk_remove, "H_BULK_REMOVE: each request gets its answer, those behind the end none")
{
	unsigned long first = empty_group(SEGMENT), word1 = first_word(SEGMENT);
	unsigned long avpn = word1 & ~0x7ful;
	struct hcall_regs regs = { { H_BULK_REMOVE, BULK_REQUEST | first, 0,
				     BULK_REQUEST | BULK_AVPN | (first + 1), avpn + 0x80,
				     BULK_REQUEST | (first + 7), 0, BULK_END, 0x55 } };

	for (unsigned long i = 0; i < 2; i++)
		insist_eq(call(H_ENTER, F_EXACT, first + i, word1, WORD2(page)).r[0], H_SUCCESS);
	hcall_regs(&regs);
	expect_eq(regs.r[0], H_SUCCESS);
	expect_eq(regs.r[1] & BULK_CODE, BULK_RESPONSE);
	expect_eq(regs.r[3] & BULK_CODE, BULK_NOT_FOUND);
	expect_eq(regs.r[5] & BULK_CODE, BULK_NOT_FOUND);
	expect_eq(regs.r[7], BULK_END);
	expect_eq(call(H_READ, 0, first, 0, 0).r[1] & HPTE_V, 0);
	expect_eq(call(H_READ, 0, first + 1, 0, 0).r[1] & ~HPTE_HYPERVISOR, word1);
	empty_group(SEGMENT);
}

CASE(bulk_wrong, "H_BULK_REMOVE of what is no request, or an index that is none: H_PARAMETER")
{
	struct hcall_regs regs = { { H_BULK_REMOVE, 0, 0, BULK_END, 0 } };

	hcall_regs(&regs);
	expect_eq(regs.r[0], (u64)H_PARAMETER);
	regs = (struct hcall_regs){ { H_BULK_REMOVE, BULK_REQUEST | n_groups * GROUP, 0,
				      BULK_END } };
	hcall_regs(&regs);
	expect_eq(regs.r[0], (u64)H_PARAMETER);
	expect_eq(regs.r[1] & BULK_CODE, BULK_PARAMETER);
}
