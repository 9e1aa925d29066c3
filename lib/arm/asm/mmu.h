/* SPDX-License-Identifier: BSD-2-Clause */
/* TLB and cache maintenance (Arm ARM, sections D8.14 and D7.5.9): on all CPUs, complete on return. */
#ifndef ARM_ASM_MMU_H
#define ARM_ASM_MMU_H

#include "asm/barrier.h"
#include "asm/cache-ops.h"
#include "asm/mmu-api.h"
#include "asm/pgtable-hwdef.h"

static inline void flush_tlb_all(void)
{
	dsb(ishst);
	tlb_invalidate_all();
	dsb(ish);
	isb();
}

static inline void flush_tlb_page(unsigned long vaddr)
{
	dsb(ishst);
	tlb_invalidate_page(vaddr);
	dsb(ish);
	isb();
}

/* To the point of coherency: what an observer without caches sees. */
static inline void dcache_clean_inval_poc(unsigned long start, unsigned long end)
{
	unsigned long line = 4ul << (read_sysreg(ctr_el0) >> 16 & 15);

	for (start &= ~(line - 1); start < end; start += line)
		dcache_clean_inval_line(start);
	dsb(sy);
}

#endif
