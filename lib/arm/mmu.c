/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Translation tables of EL1 and EL0, one to one (Arm ARM, sections D8.2 and D8.3; with 32 bits, long descriptors: chapter
 * G5). Code and constants are read-only; all of RAM but the code is accessible and writable at EL0 too, and thus never
 * executed at EL1 of 64 bits (section D8.4.1.2.1). Devices are mapped when a driver asks: an address that nobody asked for
 * faults. What the two widths have of their own: translation.c.
 */
#include "mmu.h"
#include "alloc_page.h"
#include "arch-hooks.h"
#include "memory_map.h"
#include "platform.h"
#include "translation.h"
#include "asm/mmu.h"
#include "asm/processor.h"
#include "asm/setup.h"
#include "asm/spinlock.h"

#define PROT_RAM	(PTE_ATTRINDX(MT_NORMAL) | PTE_SHARED | PTE_USER)
#define PROT_CODE	(PTE_ATTRINDX(MT_NORMAL) | PTE_SHARED | PTE_USER | PTE_RDONLY)
#define PROT_CONST	(PROT_CODE | PTE_UXN | PTE_PXN)
#define PROT_PRIVATE	(PTE_ATTRINDX(MT_NORMAL) | PTE_SHARED)
#define PROT_DEVICE	(PTE_ATTRINDX(MT_DEVICE_nGnRE) | PTE_UXN | PTE_PXN)

pgd_t *mmu_idmap;
static struct spinlock lock;
static bool mmu_off[NR_CPUS];

extern char image_start[], etext[], data_start[];

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

/* ---- entries ---- */

static pteval_t *slot(pteval_t *table, int level, uintptr_t virt)
{
	unsigned int bits = level == PAGE_LEVELS ? VA_BITS - PGDIR_BITS(level) : PGDIR_WIDTH;

	return table + (virt >> PGDIR_BITS(level) & ((1ul << bits) - 1));
}

static bool is_table(pteval_t entry, int level)
{
	return level > 1 && (entry & PTE_TYPE_MASK) == PTE_TYPE_TABLE;
}

/* Pages of 4 KiB can be joined to blocks at two levels, the others at one. */
static bool can_be_leaf(int level)
{
	return level <= (PAGE_SHIFT == 12 ? 3 : 2);
}

static void *table_of(pteval_t entry)
{
	return phys_to_virt(entry & PTE_ADDR_MASK);
}

/* A table of entries for the same addresses as a block, or of nothing. */
static pteval_t *make_table(pteval_t block, int level)
{
	pteval_t *table = alloc_page();

	for (size_t i = 0; (block & PTE_VALID) && i < PAGE_SIZE / sizeof(*table); i++)
		table[i] = (block & ~PTE_TYPE_MASK) + (i << PGDIR_BITS(level - 1)) +
			   (level == 2 ? PTE_TYPE_PAGE : PTE_TYPE_BLOCK);
	return table;
}

/*
 * Break before make (section D8.16.1) is no way here: the block may hold its own table, our stack, our code. So the change
 * is made with the MMU off; other CPUs see the same translation before and after.
 */
static void cut_block(pteval_t *entry, int level)
{
	pteval_t old = *entry, table = virt_to_phys(make_table(old, level)) | PTE_TYPE_TABLE;

	dsb(ishst);
	if (old & PTE_VALID)
		mmu_replace(entry, table);
	else
		WRITE_ONCE(*entry, table);
	dsb(ishst);
}

/* The entry of level for virt; tables on the way are made, blocks cut. */
static pteval_t *find_or_make(pteval_t *table, int level, uintptr_t virt)
{
	for (int at = PAGE_LEVELS; at > level; at--) {
		pteval_t *entry = slot(table, at, virt);

		if (!is_table(*entry, at))
			cut_block(entry, at);
		table = table_of(*entry);
	}
	return slot(table, level, virt);
}

static void set_entry(pteval_t *entry, pteval_t value, uintptr_t virt)
{
	if (*entry & PTE_VALID) {
		WRITE_ONCE(*entry, 0);
		flush_tlb_page(virt);
	}
	WRITE_ONCE(*entry, value);
	dsb(ishst);
	isb();
}

static void map(pteval_t *root, uintptr_t virt, phys_addr_t phys, u64 size, pteval_t prot, int max_level)
{
	while (size) {
		int level = PAGE_LEVELS;
		u64 span;

		for (;; level--) {
			span = 1ull << PGDIR_BITS(level);
			if (level == 1 || (level <= max_level && can_be_leaf(level) && span <= size &&
					   IS_ALIGNED(virt | phys, span)))
				break;
		}
		set_entry(find_or_make(root, level, virt), phys | prot | PTE_AF |
			  (level == 1 ? PTE_TYPE_PAGE : PTE_TYPE_BLOCK), virt);
		virt += span;
		phys += span;
		size -= MIN(size, span);
	}
}

/* ---- set-up ---- */

/* RAM is what the memory map knows, usable or reserved; the image's parts are other than the rest. */
static void map_memory(pteval_t *root)
{
	for (int i = 0; i < memory_region_count; i++) {
		phys_addr_t start = ALIGN_DOWN(memory_regions[i].start, PAGE_SIZE);
		phys_addr_t end = MIN(ALIGN(memory_regions[i].end, PAGE_SIZE), LINEAR_LIMIT);

		if (start < end)
			map(root, start, start, end - start, PROT_RAM, PAGE_LEVELS);
	}
	map(root, (uintptr_t)image_start & PAGE_MASK, (uintptr_t)image_start & PAGE_MASK,
	    (uintptr_t)etext - ((uintptr_t)image_start & PAGE_MASK), PROT_CODE, PAGE_LEVELS);
	map(root, (uintptr_t)etext, (uintptr_t)etext, data_start - etext, PROT_CONST, PAGE_LEVELS);
}

void mmu_init(void)
{
	unsigned long state;

	translation_check();
	mmu_idmap = alloc_page();
	map_memory(mmu_idmap);
	ioremap(platform.uart ? platform.uart : platform.virtio_console, PAGE_SIZE);
	state = arch_irq_save();
	mmu_switch(virt_to_phys(mmu_idmap), translation_tcr(), translation_mair());
	arch_irq_restore(state);
}

uint64_t arch_linear_limit(void)
{
	return LINEAR_LIMIT;
}

/* All RAM is mapped since the beginning. */
void *arch_setup_mmu(uint64_t end_of_ram, void *options)
{
	(void)end_of_ram;
	(void)options;
	return mmu_idmap;
}

void arch_vmalloc_range(uintptr_t *start, uintptr_t *end)
{
	*start = VMALLOC_START;
	*end = VMALLOC_END;
}

void *arch_page_table(void)
{
	return phys_to_virt(read_sysreg(ttbr0_el1) & PTE_ADDR_MASK);
}

/* ---- mapping ---- */

pteval_t *install_page_prot(pgd_t *pgtable, phys_addr_t phys, uintptr_t vaddr, pteval_t prot)
{
	unsigned long state = lock_tables();
	pteval_t *entry = find_or_make(pgtable, 1, vaddr);

	set_entry(entry, (phys & PTE_ADDR_MASK) | prot | PTE_AF | PTE_TYPE_PAGE, vaddr);
	unlock_tables(state);
	return entry;
}

pteval_t *install_page(pgd_t *pgtable, phys_addr_t phys, void *virt)
{
	return install_page_prot(pgtable, phys, (uintptr_t)virt, PROT_PRIVATE);
}

void arch_map_page(void *root, uint64_t phys, void *virt)
{
	install_page(root, phys, virt);
}

void arch_unmap_page(void *root, void *virt)
{
	unsigned long state = lock_tables();

	set_entry(find_or_make(root, 1, (uintptr_t)virt), 0, (uintptr_t)virt);
	unlock_tables(state);
}

void __iomem *ioremap(phys_addr_t phys, size_t size)
{
	phys_addr_t start = ALIGN_DOWN(phys, PAGE_SIZE), end = ALIGN(phys + size, PAGE_SIZE);
	unsigned long state = lock_tables();
	uintptr_t virt;

	assert_msg(end > start, "%#zx bytes at %#" PRIx64, size, phys);
	virt = translation_device_address(start, end);
	map(mmu_idmap, virt, start, end - start, PROT_DEVICE, PAGE_LEVELS);
	unlock_tables(state);
	return (char *)virt + (phys - start);
}

static void map_range(pgd_t *root, uintptr_t virt, phys_addr_t start, phys_addr_t end, pteval_t prot, int max_level)
{
	unsigned long state = lock_tables();

	map(root, virt & PAGE_MASK, start & PAGE_MASK, ALIGN(end, PAGE_SIZE) - (start & PAGE_MASK), prot, max_level);
	unlock_tables(state);
}

void mmu_set_range_ptes(pgd_t *pgtable, uintptr_t virt_offset, phys_addr_t start, phys_addr_t end, pteval_t prot)
{
	map_range(pgtable, virt_offset, start, end, prot, 1);
}

void mmu_set_range_sect(pgd_t *pgtable, uintptr_t virt_offset, phys_addr_t start, phys_addr_t end, pteval_t prot)
{
	map_range(pgtable, virt_offset, start, end, prot, PAGE_LEVELS);
}

/* ---- looking ---- */

static pteval_t *find(pgd_t *table, uintptr_t virt, int *level)
{
	pteval_t *entry;

	for (*level = PAGE_LEVELS;; --*level) {
		entry = slot(table, *level, virt);
		if (!is_table(*entry, *level))
			return entry;
		table = table_of(*entry);
	}
}

pteval_t *follow_pte(pgd_t *pgtable, uintptr_t vaddr)
{
	int level;
	pteval_t *entry = find(pgtable, vaddr, &level);

	return *entry & PTE_VALID ? entry : NULL;
}

phys_addr_t virt_to_pte_phys(pgd_t *pgtable, void *virt)
{
	int level;
	pteval_t entry = *find(pgtable, (uintptr_t)virt, &level);
	u64 mask = (1ull << PGDIR_BITS(level)) - 1;

	if (!(entry & PTE_VALID))
		report_abort("virt_to_pte_phys: %p is not mapped: entry %#" PRIx64 " of level %d (called from %p)",
			     virt, entry, level, __builtin_return_address(0));
	return (entry & PTE_ADDR_MASK & ~mask) | ((uintptr_t)virt & mask);
}

pteval_t *get_page_entry(pgd_t *pgtable, uintptr_t vaddr)
{
	unsigned long state = lock_tables();
	pteval_t *entry = find_or_make(pgtable, 1, vaddr);

	unlock_tables(state);
	return entry;
}

void mmu_clear_user(pgd_t *pgtable, unsigned long vaddr)
{
	pteval_t *entry = get_page_entry(pgtable, vaddr);

	WRITE_ONCE(*entry, *entry & ~PTE_USER);
	flush_tlb_page(vaddr);
}

/* ---- on and off ---- */

bool mmu_enabled(void)
{
	return !mmu_off[arch_cpu_id()];
}

void mmu_mark_enabled(int cpu)
{
	mmu_off[cpu] = false;
}

void mmu_mark_disabled(int cpu)
{
	mmu_off[cpu] = true;
}

void mmu_disable(void)
{
	mmu_mark_disabled(arch_cpu_id());
	sysreg_clear_set(sctlr_el1, SCTLR_EL1_M, 0);
	isb();
}

void mmu_enable(pgd_t *root)
{
	unsigned long state = arch_irq_save();

	sysreg_clear_set(sctlr_el1, 0, SCTLR_EL1_M);
	mmu_switch(virt_to_phys(root), read_sysreg(tcr_el1), read_sysreg(mair_el1));
	arch_irq_restore(state);
	mmu_mark_enabled(arch_cpu_id());
}
