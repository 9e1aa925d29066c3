/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables for the upper half of the addresses: see asm/upper.h. */
#include "alloc_page.h"
#include "case.h"
#include "asm/io.h"
#include "asm/mmu.h"
#include "asm/processor.h"
#include "asm/setup.h"
#include "asm/upper.h"
#include "arch-hooks.h"

/* What describes TTBR1 in TCR_EL1; EPD1 alone turns it off. */
#define TCR_UPPER	0xffff0000ul

/* TCR_EL1 as it was before the first change; 0: there was none. */
static u64 saved_tcr[NR_CPUS];

bool upper_has_granule(unsigned int shift)
{
	u64 features = read_sysreg(id_aa64mmfr0_el1);

	switch (shift) {
	case 12: return id_field(features, ID_AA64MMFR0_EL1_TGRAN4_SHIFT) != 15;
	case 14: return id_field(features, ID_AA64MMFR0_EL1_TGRAN16_SHIFT) != 0;
	case 16: return id_field(features, ID_AA64MMFR0_EL1_TGRAN64_SHIFT) != 15;
	}
	return false;
}

static u64 *new_table(const struct upper *u)
{
	return memalign_pages(1ul << u->shift, MAX(1ul << u->shift, PAGE_SIZE));
}

void upper_use(const struct upper *u, u64 tcr)
{
	/* TG1 has its own numbers: 1 is 16 KiB, 2 4 KiB, 3 64 KiB. */
	u64 granule = u->shift == 14   ? 1
		      : u->shift == 12 ? 2
				       : 3,
	    *saved = &saved_tcr[arch_cpu_id()];

	if (!*saved)
		*saved = read_sysreg(tcr_el1);
	case_at_end(upper_off);
	/* Write-back, inner shareable walks. */
	tcr |= (*saved & ~TCR_UPPER) | (64ul - u->bits) << TCR_T1SZ_SHIFT | 1ul << 24 | 1ul << 26 |
	       3ul << 28 | granule << 30;
	write_sysreg(virt_to_phys(u->root), ttbr1_el1);
	write_sysreg(tcr, tcr_el1);
	isb();
	flush_tlb_all();
}

void upper_open(struct upper *u, unsigned int shift, unsigned int bits)
{
	unsigned int width = shift - 3, levels = (bits - shift + width - 1) / width;

	assert(upper_has_granule(shift) && bits >= 25 && bits <= 48);
	*u = (struct upper){
		.shift = shift, .bits = bits, .start = 4 - (int)levels, .base = ~0ul << bits
	};
	u->root = new_table(u);
	upper_use(u, 0);
}

unsigned int upper_shift(const struct upper *u, int level)
{
	return u->shift + (u->shift - 3) * (3 - level);
}

static unsigned int entries(const struct upper *u, int level)
{
	return 1u << (level == u->start ? u->bits - upper_shift(u, level) : u->shift - 3);
}

/* Gives back the tables below table, which is of level; blocks and pages end it. */
static void free_tables(const struct upper *u, u64 *table, int level)
{
	for (unsigned int i = 0; level < 3 && i < entries(u, level); i++)
		if ((table[i] & PTE_TYPE_MASK) == PTE_TYPE_TABLE && (table[i] & PTE_ADDR_MASK))
			free_tables(u, phys_to_virt(table[i] & PTE_ADDR_MASK & (~0ul << u->shift)),
				    level + 1);
	free_pages(table);
}

void upper_close(struct upper *u)
{
	upper_off();
	free_tables(u, u->root, u->start);
	u->root = NULL;
}

u64 *upper_entry(const struct upper *u, int level, u64 va)
{
	u64 *table = u->root;

	for (int at = u->start;; at++) {
		u64 *entry = table + (va >> upper_shift(u, at) & (entries(u, at) - 1));

		if (at == level)
			return entry;
		if ((*entry & PTE_TYPE_MASK) != PTE_TYPE_TABLE)
			*entry = virt_to_phys(new_table(u)) | PTE_TYPE_TABLE;
		table = phys_to_virt(*entry & PTE_ADDR_MASK & (~0ul << u->shift));
	}
}

void upper_set(const struct upper *u, int level, u64 va, u64 descriptor)
{
	u64 *entry = upper_entry(u, level, va);

	WRITE_ONCE(*entry, 0);
	flush_tlb_all();
	WRITE_ONCE(*entry, descriptor);
	dsb(ishst);
	isb();
}

void upper_map(const struct upper *u, int level, u64 va, u64 pa, u64 attributes)
{
	upper_set(u, level, va, pa | attributes | PTE_ATTRINDX(MT_NORMAL) | PTE_SHARED | PTE_AF |
		  (level == 3 ? PTE_TYPE_PAGE : PTE_TYPE_BLOCK));
}

void upper_off(void)
{
	u64 *saved = &saved_tcr[arch_cpu_id()];

	if (!*saved)
		return;
	write_sysreg(*saved, tcr_el1);
	*saved = 0;
	isb();
	flush_tlb_all();
}
