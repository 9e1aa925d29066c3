/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page table entries of x86 (SDM volume 3, sections 5.3 to 5.5 and 5.7) and the page fault error
 * code (section 5.7, figure 5-12). pteval_t is an entry of the paging that the established
 * functions of x86/vm.h use: 4 or 5 levels on x86_64, two levels without PAE on i386. Entries of
 * any mode: x86/paging.h.
 */
#ifndef X86_ASM_PAGE_H
#define X86_ASM_PAGE_H

#include "asm-generic/page.h"

#ifndef __ASSEMBLER__
typedef unsigned long pteval_t;
typedef unsigned long pgd_t;
#endif

#define PT_PRESENT_MASK		(1ull << 0)
#define PT_WRITABLE_MASK	(1ull << 1)
#define PT_USER_MASK		(1ull << 2)
#define PT_PWT_MASK		(1ull << 3)
#define PT_PCD_MASK		(1ull << 4)
#define PT_ACCESSED_MASK	(1ull << 5)
#define PT_DIRTY_MASK		(1ull << 6)
#define PT_PAGE_SIZE_MASK	(1ull << 7)	/* levels 2 and 3 */
#define PT_PAT_MASK		(1ull << 7)	/* level 1 */
#define PT_GLOBAL_MASK		(1ull << 8)
#define PT_LARGE_PAT_MASK	(1ull << 12)	/* levels 2 and 3 */
#define PT64_NX_MASK		(1ull << 63)
#define PT_AD_MASK		(PT_ACCESSED_MASK | PT_DIRTY_MASK)
#define PT_ADDR_MASK		0x000ffffffffff000ull	/* bits 51 to 12 */

/*
 * Bits that must be 0 in an entry of a page directory pointer table: 4 levels, and PAE (of a
 * present one).
 */
#define PDPTE64_PAGE_SIZE_MASK	(1ull << 7)
#define PDPTE64_RSVD_MASK	(PT_ADDR_MASK & ~((1ull << cpuid_maxphyaddr()) - 1))
#define PAE_PDPTE_RSVD_MASK	(~((1ull << cpuid_maxphyaddr()) - 1) | 0x1e6ull)

#define PFERR_PRESENT_BIT	0
#define PFERR_WRITE_BIT		1
#define PFERR_USER_BIT		2
#define PFERR_RESERVED_BIT	3
#define PFERR_FETCH_BIT		4
#define PFERR_PK_BIT		5
#define PFERR_SHADOW_STACK_BIT	6
#define PFERR_SGX_BIT		15
#define PFERR_PRESENT_MASK	(1u << PFERR_PRESENT_BIT)
#define PFERR_WRITE_MASK	(1u << PFERR_WRITE_BIT)
#define PFERR_USER_MASK		(1u << PFERR_USER_BIT)
#define PFERR_RESERVED_MASK	(1u << PFERR_RESERVED_BIT)
#define PFERR_FETCH_MASK	(1u << PFERR_FETCH_BIT)
#define PFERR_PK_MASK		(1u << PFERR_PK_BIT)
#define PFERR_SHADOW_STACK_MASK	(1u << PFERR_SHADOW_STACK_BIT)
#define PFERR_SGX_MASK		(1u << PFERR_SGX_BIT)

/* Levels are counted from the page table (1) up; PAGE_LEVEL is that of the root without LA57. */
#ifdef __x86_64__
#define PAGE_LEVEL		4
#define PDPT_LEVEL		3
#define PGDIR_WIDTH		9
#else
#define PAGE_LEVEL		2
#define PGDIR_WIDTH		10
#endif
#define PGDIR_MASK		((1ul << PGDIR_WIDTH) - 1)
/* How many address bits an entry of a level spans, and which entry of its table an address has. */
#define PGDIR_BITS(level)	(((level) - 1) * PGDIR_WIDTH + PAGE_SHIFT)
#define PGDIR_OFFSET(virt, level)	(((unsigned long)(virt) >> PGDIR_BITS(level)) & PGDIR_MASK)

/* What one entry of level 2 maps. */
#define LARGE_PAGE_SIZE		(1ul << PGDIR_BITS(2))

#endif
