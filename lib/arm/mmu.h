/* SPDX-License-Identifier: BSD-2-Clause */
/* Our own page tables, behind the hooks of arch-hooks.h and the functions of asm/mmu-api.h. Not for tests. */
#ifndef ARM_MMU_H
#define ARM_MMU_H

#include "libcflat.h"
#include "asm/page.h"

/* Maps RAM and console one to one by tables of our own, instead of the start code's. Once, on the boot CPU. */
void mmu_init(void);

/* In start64.S: changes TTBR0_EL1, TCR_EL1 and MAIR_EL1 with the MMU off. Interrupts must be off. */
void mmu_switch(u64 root, u64 tcr, u64 mair);
/* In start64.S: stores value to an entry of a table with the MMU off. Interrupts must be off. */
void mmu_replace(pteval_t *entry, pteval_t value);

#endif
