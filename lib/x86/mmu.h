/* SPDX-License-Identifier: BSD-2-Clause */
/* Between mmu.c, vm.c and paging_switch.S; not for tests. */
#ifndef X86_MMU_H
#define X86_MMU_H

#include "libcflat.h"
#include "asm/page.h"

/* What install_page() and its like add to their entries unless a test says something else. */
void mmu_set_default_flags(pteval_t flags);

/* Reloads CR3: invalidates all translations of this CPU that are not global. */
void flush_tlb(void);

#ifdef __x86_64__
/*
 * paging_switch.S: leaves long mode, loads CR4 and CR3, enters long mode again. All three lie below
 * 4 GiB.
 */
void switch_paging(unsigned long cr3, unsigned long cr4);
#endif

#endif
