/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The established paging functions of x86/vm.h and vmalloc.h, on top of x86/paging.h. Setting
 * paging up: x86/mmu.c.
 */
#include "x86/vm.h"
#include "x86/paging.h"
#include "arch-hooks.h"
#include "asm/spinlock.h"
#include "mmu.h"

static struct spinlock lock;
static pteval_t opt_mask = PT_USER_MASK, default_opt_mask = PT_USER_MASK;

/* The mode of this CPU, which pteval_t must fit. */
static const struct paging *mode(void)
{
	const struct paging *p = paging_current();

	assert_msg(p->entry_size == sizeof(pteval_t), "entries of 8 bytes: use the functions of x86/paging.h");
	return p;
}

static unsigned long lock_tables(void)
{
	unsigned long state = arch_irq_save();

	spin_lock(&lock);
	return state;
}

static void unlock_tables(unsigned long state)
{
	spin_unlock(&lock);
	arch_irq_restore(state);
}

void *arch_page_table(void)
{
	return current_page_table();
}

struct pte_search find_pte_level(pgd_t *cr3, void *virt, int lowest_level)
{
	struct paging_slot s = paging_find(mode(), cr3, (uintptr_t)virt, lowest_level);

	return (struct pte_search){ .level = s.level, .pte = s.entry };
}

pteval_t *get_pte(pgd_t *cr3, void *virt)
{
	struct pte_search s = find_pte_level(cr3, virt, 1);

	return found_leaf_pte(s) ? s.pte : NULL;
}

pteval_t *get_pte_level(pgd_t *cr3, void *virt, int pte_level)
{
	struct pte_search s = find_pte_level(cr3, virt, pte_level);

	return s.level == pte_level ? s.pte : NULL;
}

pteval_t *install_pte(pgd_t *cr3, int pte_level, void *virt, pteval_t pte, pteval_t *pt_page)
{
	unsigned long state = lock_tables();
	pteval_t *entry = paging_install(mode(), cr3, pte_level, (uintptr_t)virt, pte, pt_page);

	invlpg(virt);
	unlock_tables(state);
	return entry;
}

pteval_t *install_page(pgd_t *cr3, phys_addr_t phys, void *virt)
{
	pteval_t flags = PT_PRESENT_MASK | PT_WRITABLE_MASK | opt_mask;

	assert(phys <= (pteval_t)~0ul);
	return install_pte(cr3, 1, virt, (pteval_t)ALIGN_DOWN(phys, PAGE_SIZE) | flags, NULL);
}

pteval_t *install_large_page(pgd_t *cr3, phys_addr_t phys, void *virt)
{
	pteval_t flags = PT_PRESENT_MASK | PT_WRITABLE_MASK | PT_PAGE_SIZE_MASK | opt_mask;

	assert(phys <= (pteval_t)~0ul && IS_ALIGNED(phys | (uintptr_t)virt, LARGE_PAGE_SIZE));
	return install_pte(cr3, 2, virt, (pteval_t)phys | flags, NULL);
}

static void map(pgd_t *cr3, void *virt, phys_addr_t phys, u64 len, pteval_t flags, int top_level)
{
	unsigned long state = lock_tables();

	assert(IS_ALIGNED(phys | (uintptr_t)virt | len, (u64)PAGE_SIZE));
	paging_map(mode(), cr3, (uintptr_t)virt, phys, len, PT_PRESENT_MASK | PT_WRITABLE_MASK | flags, top_level);
	if (cr3 == current_page_table())
		flush_tlb();
	unlock_tables(state);
}

void install_pages(pgd_t *cr3, phys_addr_t phys, size_t len, void *virt)
{
	map(cr3, virt, phys, len, opt_mask, 1);
}

void __setup_mmu_range(pgd_t *cr3, phys_addr_t start, size_t len, enum x86_mmu_flags mmu_flags)
{
	pteval_t flags = opt_mask & ~PT_USER_MASK;

	if (mmu_flags & X86_MMU_MAP_USER)
		flags |= PT_USER_MASK;
	map(cr3, phys_to_virt(start), start, len, flags, mmu_flags & X86_MMU_MAP_HUGE ? 2 : 1);
}

void setup_mmu_range(pgd_t *cr3, phys_addr_t start, size_t len)
{
	__setup_mmu_range(cr3, start, len, X86_MMU_MAP_USER | X86_MMU_MAP_HUGE);
}

bool any_present_pages(pgd_t *cr3, void *virt, size_t len)
{
	const struct paging *p = mode();
	u64 at = (uintptr_t)virt, end = at + len;

	while (at < end) {
		struct paging_slot s = paging_find(p, cr3, at, 1);

		if (paging_read(p, s.entry) & PT_PRESENT_MASK)
			return true;
		at = ALIGN_DOWN(at, paging_size(p, s.level)) + paging_size(p, s.level);
	}
	return false;
}

void set_pte_opt_mask(pteval_t mask)
{
	opt_mask = mask;
}

void reset_pte_opt_mask(void)
{
	opt_mask = default_opt_mask;
}

void mmu_set_default_flags(pteval_t flags)
{
	default_opt_mask = flags;
	opt_mask = flags;
}

phys_addr_t virt_to_pte_phys(pgd_t *cr3, void *virt)
{
	const struct paging *p = paging_current();
	struct paging_slot s = paging_find(p, cr3, (uintptr_t)virt, 1);
	u64 value = paging_read(p, s.entry);

	if (!(value & PT_PRESENT_MASK))
		report_abort("virt_to_pte_phys: %p is not mapped: entry %#" PRIx64 " of level %d (called from %p)",
			     virt, value, s.level, __builtin_return_address(0));
	return paging_address(p, s.level, value) + ((uintptr_t)virt & (paging_size(p, s.level) - 1));
}

void arch_map_page(void *root, uint64_t phys, void *virt)
{
	unsigned long state = lock_tables();

	paging_install(paging_current(), root, 1, (uintptr_t)virt,
		       phys | PT_PRESENT_MASK | PT_WRITABLE_MASK | opt_mask, NULL);
	invlpg(virt);
	unlock_tables(state);
}

void arch_unmap_page(void *root, void *virt)
{
	unsigned long state = lock_tables();

	paging_install(paging_current(), root, 1, (uintptr_t)virt, 0, NULL);
	invlpg(virt);
	unlock_tables(state);
}

void split_large_page(pteval_t *ptep, int level)
{
	paging_split(mode(), (struct paging_slot){ .entry = ptep, .level = level });
}

void force_4k_page(void *addr)
{
	unsigned long state = lock_tables();
	pgd_t *root = current_page_table();
	struct pte_search s;

	while (found_huge_pte(s = find_pte_level(root, addr, 1)))
		split_large_page(s.pte, s.level);
	assert_msg(found_leaf_pte(s), "%p is not mapped", addr);
	invlpg(addr);
	unlock_tables(state);
}

unsigned int pte_pat_index(pteval_t pte, int level)
{
	u64 pat = level == 1 ? PT_PAT_MASK : PT_LARGE_PAT_MASK;

	return (pte & pat ? 4 : 0) | (pte & PT_PCD_MASK ? 2 : 0) | (pte & PT_PWT_MASK ? 1 : 0);
}

pteval_t pte_with_pat_index(pteval_t pte, int level, unsigned int index)
{
	u64 pat = level == 1 ? PT_PAT_MASK : PT_LARGE_PAT_MASK;
	u64 clear = pte & ~(pat | PT_PCD_MASK | PT_PWT_MASK);

	return (pteval_t)(clear | (index & 4 ? pat : 0) | (index & 2 ? PT_PCD_MASK : 0) | (index & 1 ? PT_PWT_MASK : 0));
}
