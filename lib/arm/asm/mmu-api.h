/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page tables by the established names: entries are pteval_t, the table is a root as arch_page_table() gives it. Whatever
 * changes an entry invalidates it on all CPUs.
 */
#ifndef ARM_ASM_MMU_API_H
#define ARM_ASM_MMU_API_H

#include "libcflat.h"
#include "vmalloc.h"
#include "asm/page.h"

extern pgd_t *mmu_idmap;		/* the table that set-up made: all RAM, one to one */

bool mmu_enabled(void);
/* A test turned the MMU of cpu on or off by itself: these keep mmu_enabled() true to that. */
void mmu_mark_enabled(int cpu);
void mmu_mark_disabled(int cpu);
/* Turns the calling CPU's MMU off; and on, with the tables of root. */
void mmu_disable(void);
void mmu_enable(pgd_t *root);

/* The entry that maps vaddr, of whatever level; NULL where there is none. */
pteval_t *follow_pte(pgd_t *pgtable, uintptr_t vaddr);
/* The same of its page: a block on the way is cut into pages. */
pteval_t *get_page_entry(pgd_t *pgtable, uintptr_t vaddr);
/* Makes vaddr's page inaccessible at EL0, with that executable at EL1. */
void mmu_clear_user(pgd_t *pgtable, unsigned long vaddr);
/* Maps virt_offset on to the physical range from start to end - 1, by blocks where they fit; prot: PTE_ bits. */
void mmu_set_range_ptes(pgd_t *pgtable, uintptr_t virt_offset, phys_addr_t start, phys_addr_t end, pteval_t prot);
void mmu_set_range_sect(pgd_t *pgtable, uintptr_t virt_offset, phys_addr_t start, phys_addr_t end, pteval_t prot);
/* One page with prot beside what makes it valid. */
pteval_t *install_page_prot(pgd_t *pgtable, phys_addr_t phys, uintptr_t vaddr, pteval_t prot);

#endif
