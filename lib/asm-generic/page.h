/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pages: what an architecture's <asm/page.h> includes. PAGE_SHIFT is 12 unless that header defined it before.
 * __pa() and __va() are virt_to_phys() and phys_to_virt() of <asm/io.h>.
 */
#ifndef ASM_GENERIC_PAGE_H
#define ASM_GENERIC_PAGE_H

#include "linux/const.h"

#ifndef PAGE_SHIFT
#define PAGE_SHIFT		12
#endif
#define PAGE_SIZE		(_AC(1, UL) << PAGE_SHIFT)
#define PAGE_MASK		(~(PAGE_SIZE - 1))

#ifndef __ASSEMBLER__
#include "asm/io.h"

#define PAGE_ALIGN(address)	(((address) + (PAGE_SIZE - 1)) & PAGE_MASK)
#define offset_in_page(p)	((unsigned long)(p) & ~PAGE_MASK)

#ifndef __pa
#define __pa(virt)		virt_to_phys(virt)
#endif
#ifndef __va
#define __va(phys)		phys_to_virt(phys)
#endif

/* A page frame number is an unsigned long: 44 bits of physical address where that has 32. */
#ifndef virt_to_pfn
#define virt_to_pfn(virt)	((unsigned long)(virt_to_phys(virt) >> PAGE_SHIFT))
#endif
#ifndef pfn_to_virt
#define pfn_to_virt(pfn)	phys_to_virt((phys_addr_t)(pfn) << PAGE_SHIFT)
#endif
#endif

#endif
