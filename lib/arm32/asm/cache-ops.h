/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The operations behind asm/mmu.h, without the barriers that they need (ARMv7 ARM, sections B4.2.1
 * and B4.2.2).
 */
#ifndef ARM32_ASM_CACHE_OPS_H
#define ARM32_ASM_CACHE_OPS_H

#include "asm/sysreg.h"

#define TLBIALLIS	__ACCESS_CP15(c8, 0, c3, 0)
#define TLBIMVAAIS	__ACCESS_CP15(c8, 0, c3, 3)
#define ICIALLUIS	__ACCESS_CP15(c7, 0, c1, 0)
#define DCCIMVAC	__ACCESS_CP15(c7, 0, c14, 1)

static inline void tlb_invalidate_all(void)
{
	write_sysreg(0, TLBIALLIS);
}

static inline void tlb_invalidate_page(unsigned long vaddr)
{
	write_sysreg(vaddr & ~0xffful, TLBIMVAAIS);
}

static inline void dcache_clean_inval_line(unsigned long vaddr)
{
	write_sysreg(vaddr, DCCIMVAC);
}

#endif
