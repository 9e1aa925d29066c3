/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DAT tables. setup_vm() makes a region-first table that maps all memory one to one, by segments of
 * 1 MiB where the machine has EDAT-1, and leaves the upper half of the addresses to vmalloc.h.
 */
#ifndef S390X_MMU_H
#define S390X_MMU_H

#include "vmalloc.h"
#include "asm/pgtable.h"

enum pgt_level {
	pgtable_level_pgd = 1,		/* region first */
	pgtable_level_p4d,
	pgtable_level_pud,
	pgtable_level_pmd,		/* segment */
	pgtable_level_pte,
};

/*
 * The entry of that level for vaddr; tables above are made, larger frames split. The caller purges
 * the TLB when it changes it.
 */
void *get_dat_entry(pgd_t *pgtable, void *vaddr, enum pgt_level level);
/*
 * Set and clear bits of entries and purge the TLB of all CPUs; pages of 4 KiB, or entries of any
 * level.
 */
void protect_page(void *vaddr, unsigned long prot);
void unprotect_page(void *vaddr, unsigned long prot);
void protect_range(void *start, unsigned long len, unsigned long prot);
void unprotect_range(void *start, unsigned long len, unsigned long prot);
void protect_dat_entry(void *vaddr, unsigned long prot, enum pgt_level level);
void unprotect_dat_entry(void *vaddr, unsigned long prot, enum pgt_level level);
/* Maps 1 MiB or 2 GiB by one entry; the machine has to have EDAT-1 or EDAT-2. */
pmdval_t *install_large_page(pgd_t *pgtable, phys_addr_t phys, void *vaddr);
pudval_t *install_huge_page(pgd_t *pgtable, phys_addr_t phys, void *vaddr);

/* The table that the primary ASCE (control register 1) names. */
pgd_t *current_pgtable(void);
static inline void ptlb(void)
{
	__asm__ __volatile__("ptlb" : : : "memory");
}

#endif
