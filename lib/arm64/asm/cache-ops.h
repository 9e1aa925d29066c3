/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The instructions behind asm/mmu.h, without the barriers that they need (Arm ARM, section C5.3 and
 * C5.5).
 */
#ifndef ARM64_ASM_CACHE_OPS_H
#define ARM64_ASM_CACHE_OPS_H

#include "asm/sysreg.h"

static inline void tlb_invalidate_all(void)
{
	__asm__ __volatile__("tlbi vmalle1is" : : : "memory");
}

static inline void tlb_invalidate_page(unsigned long vaddr)
{
	unsigned long page = vaddr >> 12 & 0xffffffffffful;

	__asm__ __volatile__("tlbi vaae1is, %0" : : "r" (page) : "memory");
}

static inline void dcache_clean_inval_line(unsigned long vaddr)
{
	__asm__ __volatile__("dc civac, %0" : : "r" (vaddr) : "memory");
}

#endif
