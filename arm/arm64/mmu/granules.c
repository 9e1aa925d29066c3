/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pages of 4, 16 and 64 KiB (Arm ARM, DDI 0487, D8.2.6 to D8.2.8), those that ID_AA64MMFR0_EL1
 * announces: tables of each granule by hand, whatever the library's own is; pages, blocks of each
 * level, faults of each level, the contiguous bit.
 */
#include "case.h"
#include "alloc_page.h"
#include "mmu.h"

/* First and last word of a page of 1 << shift bytes say where it is. */
static void mark(char *page, unsigned int shift, u32 value)
{
	*(volatile u32 *)page = value;
	*(volatile u32 *)(page + (1ul << shift) - 4) = ~value;
}

static u32 word(u64 va)
{
	return *(volatile u32 *)va;
}

static void try_pages(unsigned int shift)
{
	u64 size = 1ul << shift;
	struct upper u;

	upper_open(&u, shift, 48);
	for (u32 i = 0; i < 20; i++) {
		char *page = memalign_pages(size, MAX(size, PAGE_SIZE));
		/* Near and far apart: every level's index changes. */
		u64 va = u.base + ((u64)i << (shift + (i % 4) * (shift - 3)) & ((1ul << 48) - 1));

		mark(page, shift, 0x1000 + i);
		upper_map(&u, 3, va, virt_to_phys(page), 0);
		expect_eq_msg(word(va), 0x1000 + i, "page %u, first word", i);
		expect_eq_msg(word(va + size - 4), ~(0x1000 + i), "page %u, last word", i);
		*(volatile u32 *)(va + 8) = i;
		expect_eq_msg(*(u32 *)(page + 8), i, "page %u, stored", i);
	}
	upper_close(&u);
}

/* Blocks: at level 2 always, at level 1 with 4 KiB. */
static void try_blocks(unsigned int shift)
{
	char *page = memalign_pages(1ul << 16, 1ul << 16);

	mark(page, shift, 0x2222);
	for (int level = shift == 12 ? 1 : 2; level <= 2; level++) {
		struct upper u;
		u64 pa = virt_to_phys(page), size, va;

		upper_open(&u, shift, 48);
		size = 1ul << upper_shift(&u, level);
		va = u.base + 3 * size;
		upper_map(&u, level, va, pa & ~(size - 1), PTE_RDONLY);
		expect_eq_msg(word(va + (pa & (size - 1))), 0x2222, "block of level %d", level);
		expect_eq_msg(word(va + (pa & (size - 1)) + (1ul << shift) - 4), ~0x2222u,
			      "block of level %d", level);
		expect_access(EL1_WRITE, va + (pa & (size - 1)), ESR_ELx_FSC_PERM | level);
		expect_access(EL1_READ, va - 4, ESR_ELx_FSC_FAULT | level);
		expect_access(EL1_READ, va + size, ESR_ELx_FSC_FAULT | level);
		upper_close(&u);
	}
	free_pages(page);
}

static void try_faults(unsigned int shift)
{
	char *page = memalign_pages(1ul << 16, 1ul << 16);
	struct upper u;
	u64 va;

	upper_open(&u, shift, 48);
	va = u.base + (5ul << shift);
	upper_map(&u, 3, va, virt_to_phys(page), 0);
	for (int level = u.start; level <= 3; level++) {
		u64 old = *upper_entry(&u, level, va);

		upper_set(&u, level, va, 0);
		expect_access(EL1_READ, va + 0x124, ESR_ELx_FSC_FAULT | level);
		expect_access(EL0_WRITE, va + 0x124, ESR_ELx_FSC_FAULT | level);
		upper_set(&u, level, va, old);
	}
	upper_close(&u);
	free_pages(page);
}

/*
 * The lowest level that has no blocks: 0 with 4 KiB, 1 with the others, but for FEAT_LPA's of 4 TiB
 * with 64 KiB.
 */
static void try_no_block(unsigned int shift)
{
	int level = shift == 12 ? 0 : 1;
	struct upper u;

	require_msg(shift != 16 || id_field(read_sysreg(id_aa64mmfr0_el1), 0) < 6, "FEAT_LPA");
	upper_open(&u, shift, 48);
	upper_set(&u, level, u.base,
		  PTE_TYPE_BLOCK | PTE_AF | PTE_SHARED | PTE_ATTRINDX(MT_NORMAL));
	expect_access(EL1_READ, u.base + 0x40000000, ESR_ELx_FSC_FAULT | level);
	expect_access(EL1_WRITE, u.base + 0x40000000, ESR_ELx_FSC_FAULT | level);
	upper_close(&u);
}

/* How many entries are one: D8.7.1. */
static unsigned int contiguous(unsigned int shift)
{
	return shift == 12 ? 16 : shift == 14 ? 128 : 32;
}

static void try_contiguous(unsigned int shift)
{
	unsigned int n = contiguous(shift);
	u64 size = (u64)n << shift;
	char *pages = memalign_pages(size, size);
	struct upper u;

	upper_open(&u, shift, 48);
	for (unsigned int i = 0; i < n; i++) {
		mark(pages + ((u64)i << shift), shift, 0x4000 + i);
		upper_map(&u, 3, u.base + size + ((u64)i << shift),
			  virt_to_phys(pages) + ((u64)i << shift), PTE_CONT | PTE_RDONLY);
	}
	for (unsigned int i = 0; i < n; i++) {
		u64 va = u.base + size + ((u64)i << shift);

		expect_eq_msg(word(va), 0x4000 + i, "page %u", i);
		expect_eq_msg(word(va + (1ul << shift) - 4), ~(0x4000 + i), "page %u", i);
	}
	expect_access(EL1_WRITE, u.base + size + 8, ESR_ELx_FSC_PERM | 3);
	expect_access(EL1_READ, u.base + size - 4, ESR_ELx_FSC_FAULT | 3);
	upper_close(&u);
	free_pages(pages);
}

#define GRANULE(name, shift)								\
	CASE(pages_##name,								\
	     "pages of " #name ": translated by an index of each level, first to last byte")	\
	{										\
		require_msg(upper_has_granule(shift), "no pages of " #name);		\
		try_pages(shift);							\
	}										\
	CASE(blocks_##name, "blocks with pages of " #name ": their size, permissions and level") \
	{										\
		require_msg(upper_has_granule(shift), "no pages of " #name);		\
		try_blocks(shift);							\
	}										\
	CASE(faults_##name, "faults with pages of " #name ": each level, whole syndrome")	\
	{										\
		require_msg(upper_has_granule(shift), "no pages of " #name);		\
		try_faults(shift);							\
	}										\
	CASE(no_block_##name, "a block where pages of " #name				\
			      " have none is a reserved descriptor: translation fault")	\
	{										\
		require_msg(upper_has_granule(shift), "no pages of " #name);		\
		try_no_block(shift);							\
	}										\
	CASE(contiguous_##name,								\
	     "the contiguous bit with pages of " #name ": the same translations")	\
	{										\
		require_msg(upper_has_granule(shift), "no pages of " #name);		\
		try_contiguous(shift);							\
	}
GRANULE(4k, 12)
GRANULE(16k, 14)
GRANULE(64k, 16)
