/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page tables by the established names: entries are pteval_t, tables those of the calling CPU's
 * mode (4 or 5 levels; 32-bit on i386, where PAE has the functions of x86/paging.h). Functions that
 * change an entry invalidate it in this CPU's TLB only: invalidate_everywhere() does it for all.
 */
#ifndef X86_VM_H
#define X86_VM_H

#include "libcflat.h"
#include "processor.h"
#include "vmalloc.h"
#include "asm/io.h"
#include "asm/page.h"

/* The root table of the calling CPU. */
static inline pgd_t *current_page_table(void)
{
	return phys_to_virt(read_cr3() & (sizeof(long) == 8 ? (unsigned long)PT_ADDR_MASK : ~0xffful));
}

/* An entry and its level, 1 for a page table's. */
struct pte_search {
	int level;
	pteval_t *pte;
};

/* Whether the search ended at a page of 2 MiB (4 MiB) or more; at any page. */
static inline bool found_huge_pte(struct pte_search search)
{
	return (search.level == 2 || search.level == 3) && (*search.pte & PT_PRESENT_MASK) &&
	       (*search.pte & PT_PAGE_SIZE_MASK);
}

static inline bool found_leaf_pte(struct pte_search search)
{
	return found_huge_pte(search) || (search.level == 1 && (*search.pte & PT_PRESENT_MASK));
}

/*
 * Walks down to the entry of lowest_level, or to one above it that is not present or maps a page.
 */
struct pte_search find_pte_level(pgd_t *cr3, void *virt, int lowest_level);
/* The entry that maps virt as a page, whatever its size; NULL if there is none. */
pteval_t *get_pte(pgd_t *cr3, void *virt);
/* The entry of that very level, present or not; NULL if the walk ends above it. */
pteval_t *get_pte_level(pgd_t *cr3, void *virt, int pte_level);

/*
 * Sets the entry of pte_level for virt; pt_page, if not NULL, is a cleared page for the first table
 * that is missing. A large page on the way is split, so that its other addresses stay mapped.
 */
pteval_t *install_pte(pgd_t *cr3, int pte_level, void *virt, pteval_t pte, pteval_t *pt_page);
/* Maps LARGE_PAGE_SIZE bytes by one entry of level 2. */
pteval_t *install_large_page(pgd_t *cr3, phys_addr_t phys, void *virt);
/* Maps len bytes by pages of 4 KiB; len, phys and virt are multiples of it. */
void install_pages(pgd_t *cr3, phys_addr_t phys, size_t len, void *virt);
/* Whether any byte from virt to virt + len - 1 is mapped. */
bool any_present_pages(pgd_t *cr3, void *virt, size_t len);

/*
 * Flags of the pages that install_page(), install_large_page() and install_pages() make, beside
 * present and writable.
 */
void set_pte_opt_mask(pteval_t mask);
/* Back to what __setup_vm() chose: PT_USER_MASK by default. */
void reset_pte_opt_mask(void);

enum x86_mmu_flags {
	X86_MMU_MAP_USER = 1 << 0,	/* accessible at CPL 3 */
	X86_MMU_MAP_HUGE = 1 << 1,	/* by pages of LARGE_PAGE_SIZE where they fit */
};
/*
 * Maps physical memory from start to start + len - 1 one to one in a table that may be of another
 * machine (nested).
 */
void __setup_mmu_range(pgd_t *cr3, phys_addr_t start, size_t len, enum x86_mmu_flags mmu_flags);
void setup_mmu_range(pgd_t *cr3, phys_addr_t start, size_t len);

/*
 * Replaces the large page of *ptep, an entry of level, by a table of the next smaller pages; no TLB
 * is flushed.
 */
void split_large_page(pteval_t *ptep, int level);
/*
 * Makes addr be mapped by a page of 4 KiB in the current tables, with the attributes that it has.
 */
void force_4k_page(void *addr);

/*
 * Invalidates virt on all CPUs that run. Waits for them: do not call it with a lock that they may
 * wait for.
 */
void invalidate_everywhere(void *virt);
/* The same for all addresses that are not global. */
void flush_tlb_everywhere(void);

/*
 * Sets EFER.NXE on this CPU and says true, or says false if CPUID does not offer NX (SDM volume 3,
 * section 5.13).
 */
bool enable_nx(void);

/*
 * Which of the eight PAT entries a page entry of a level selects, and the entry changed to select
 * another (SDM 12.12.3).
 */
unsigned int pte_pat_index(pteval_t pte, int level);
pteval_t pte_with_pat_index(pteval_t pte, int level, unsigned int index);

#ifdef __x86_64__
/*
 * Puts this CPU into 5-level paging: the current tables become the first and the last entry of a
 * new root. Needs CPUID.LA57, interrupts off, and stack and tables below 4 GiB, since the switch is
 * made outside of long mode (SDM volume 3, section 5.1.1). setup_4level_page_table() goes back to
 * the tables before.
 */
void setup_5level_page_table(void);
void setup_4level_page_table(void);
#else
/*
 * Puts this CPU into PAE paging, everything mapped as by setup_vm(): one to one but for the range
 * of vmalloc.h, whose mappings are lost. The pteval_t functions above do not work in it: see
 * x86/paging.h. setup_32bit_page_table() goes back.
 */
void setup_pae_page_table(void);
void setup_32bit_page_table(void);
#endif

#endif
