/* SPDX-License-Identifier: BSD-2-Clause */
/* TLB maintenance (Arm ARM, section D8.14): on all CPUs, complete on return. */
#ifndef ARM64_ASM_MMU_H
#define ARM64_ASM_MMU_H

#include "asm/barrier.h"
#include "asm/mmu-api.h"
#include "asm/pgtable-hwdef.h"

static inline void flush_tlb_all(void)
{
	dsb(ishst);
	__asm__ __volatile__("tlbi vmalle1is" : : : "memory");
	dsb(ish);
	isb();
}

static inline void flush_tlb_page(unsigned long vaddr)
{
	unsigned long page = vaddr >> 12 & 0xffffffffffful;

	dsb(ishst);
	__asm__ __volatile__("tlbi vaae1is, %0" : : "r" (page) : "memory");
	dsb(ish);
	isb();
}

/* To the point of coherency: what an observer without caches sees. */
static inline void dcache_clean_inval_poc(unsigned long start, unsigned long end)
{
	unsigned long line;

	__asm__ __volatile__("mrs %0, ctr_el0" : "=r" (line));
	line = 4ul << (line >> 16 & 15);
	for (start &= ~(line - 1); start < end; start += line)
		__asm__ __volatile__("dc civac, %0" : : "r" (start) : "memory");
	dsb(sy);
}

#endif
