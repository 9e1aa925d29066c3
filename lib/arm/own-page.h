/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages whose descriptors a test changes. Needs setup_vm(). */
#ifndef ARM_OWN_PAGE_H
#define ARM_OWN_PAGE_H

#include "libcflat.h"
#include "asm/mmu.h"

/*
 * Cleared memory with prot instead of install_page()'s; its tables exist then, so that faults have
 * the last level.
 */
char *own_page(pteval_t prot);
/* Its descriptor; and a change of it, which every CPU sees. */
pteval_t *own_page_entry(char *virt);
void own_page_change(char *virt, pteval_t clear, pteval_t set);

#endif
