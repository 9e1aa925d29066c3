/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Radix tables of a guest (POWER9 and later): setup_vm() registers a process table, maps memory
 * one to one for the privileged state, and turns translation on. A level is the number of tables
 * from its own down to the last: 1 maps 4 KiB, 2 maps 2 MiB, 3 maps 1 GiB; the root is 4.
 */
#ifndef PPC64_ASM_MMU_H
#define PPC64_ASM_MMU_H

#include "libcflat.h"
#include "vmalloc.h"
#include "asm/page.h"
#include "asm/pgtable-hwdef.h"

#define RADIX_LEVELS	4

/* Whether the processor can do it; else setup_vm() aborts. */
bool mmu_has_radix(void);

/*
 * Translation of the calling CPU: MSR.IR and MSR.DR. mmu_enable() makes pgtable the root for all
 * CPUs; NULL: setup_vm()'s.
 */
bool mmu_enabled(void);
void mmu_enable(pgd_t *pgtable);
void mmu_disable(void);

/*
 * The entry of a level for virt; missing tables above it are made, larger pages split. The caller
 * flushes the TLB.
 */
pte_t *get_pte_level(pgd_t *pgtable, uintptr_t virt, int level);
pte_t *get_pte(pgd_t *pgtable, uintptr_t virt);

/*
 * One address on all CPUs, or on this one; all of this CPU. Those are for PID 0, by TLBIE and
 * TLBIEL.
 */
void flush_tlb_page(uintptr_t virt);
void flush_tlb_page_local(uintptr_t virt);
void flush_tlb_local(void);

#endif
