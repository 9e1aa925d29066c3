/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page tables of Sv39, Sv48 and Sv57, whichever the harts can do (the largest). setup_vm() maps
 * memory and devices one to one for supervisor mode, and leaves the upper half of the addresses to
 * vmalloc.h.
 */
#ifndef RISCV_ASM_MMU_H
#define RISCV_ASM_MMU_H

#include "libcflat.h"
#include "vmalloc.h"
#include "asm/csr.h"
#include "asm/page.h"
#include "asm/pgtable.h"

/* SATP_MODE_SV39 and its like; SATP_MODE_BARE before setup_vm(). */
unsigned int mmu_mode(void);
/* Levels of tables of a mode: 3 to 5. */
static inline int mmu_levels(unsigned int mode)
{
	return (int)(mode - SATP_MODE_SV39) + 3;
}
/* On a hart that starts: translation as setup_vm() made it, if it was called. */
void mmu_join(void);
/* Whether satp takes the mode: tries it, with interrupts off. */
bool mmu_mode_supported(unsigned int mode);

/* The root table of the calling CPU. */
pgd_t *current_pgtable(void);
/*
 * The entry that maps virt by a page of 4 KiB; missing tables on the way are made, larger pages
 * split. The caller flushes the TLB when it changes it.
 */
pte_t *get_pte(pgd_t *pgtable, uintptr_t virt);
/* The entry of a level (1: the last) for virt, tables above it made, present or not. */
pte_t *get_pte_level(pgd_t *pgtable, uintptr_t virt, int level);

static inline void local_flush_tlb_page(unsigned long virt)
{
	__asm__ __volatile__("sfence.vma %0" : : "r" (virt) : "memory");
}

static inline void local_flush_tlb_all(void)
{
	__asm__ __volatile__("sfence.vma" : : : "memory");
}

/* Makes instructions that were written visible to this hart's fetches. */
static inline void local_flush_icache(void)
{
	__asm__ __volatile__("fence.i" : : : "memory");
}

#endif
