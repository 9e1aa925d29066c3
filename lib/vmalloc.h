/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtual memory: address ranges apart from the linear mapping, and single pages mapped where a
 * test wants them. Needs setup_vm(); how pages are made is the architecture's (arch-hooks.h).
 */
#ifndef VMALLOC_H
#define VMALLOC_H

#include "libcflat.h"
#include "asm/page.h"

/*
 * Turns paging on, or takes it over, once; opaque is for the architecture (x86: pteval_t flags for
 * all RAM).
 */
void setup_vm(void);
void __setup_vm(void *opaque);
bool vm_available(void);

/*
 * What they do it with: maps RAM up to top - 1, makes the functions below work, and returns the
 * root table.
 */
void *setup_mmu(phys_addr_t top, void *opaque);

/*
 * nr pages of virtual addresses that nothing else uses and nothing is mapped at yet; aligned to 1
 * << order pages. They are never given back. Aborts when there are none left.
 */
void *alloc_vpages(ulong nr);
void *alloc_vpages_aligned(ulong nr, unsigned int order);
void *alloc_vpage(void);

/* Maps size bytes at phys, both of any alignment, at new virtual addresses. */
void *vmap(phys_addr_t phys, size_t size);
/*
 * Virtually contiguous memory of single pages, cleared: size is rounded up to pages. vfree() gives
 * the pages back.
 */
void *vmalloc(size_t size);
void vfree(void *virt);

/* ---- of the architecture ---- */

/*
 * Maps one page, writable, and returns its entry. Another CPU may still have the old translation of
 * virt, if there was one, in its TLB.
 */
pteval_t *install_page(pgd_t *pgtable, phys_addr_t phys, void *virt);
/* The physical address of virt, with its offset in the page; aborts if it is not mapped. */
phys_addr_t virt_to_pte_phys(pgd_t *pgtable, void *virt);

#endif
