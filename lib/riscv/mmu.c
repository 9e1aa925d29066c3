/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page tables (Privileged Architecture, sections 4.3.2, 4.4 to 4.6): the same walk for Sv39, Sv48
 * and Sv57, which differ in their number of levels only. Levels count from the last table (1) up.
 */
#include "alloc_page.h"
#include "arch-hooks.h"
#include "on-cpus.h"
#include "asm/io.h"
#include "asm/mmu.h"
#include "asm/processor.h"
#include "asm/spinlock.h"

#define LINEAR_SIZE	(1ul << 38)	/* what Sv39 has below its upper half */
#define VMALLOC_START	(0ul - (1ul << 38))	/* that upper half, which every mode has */
#define VMALLOC_END	(0ul - (1ul << 37))

#define ENTRIES		(1u << PTE_INDEX_BITS)
#define LEAF_FLAGS	(_PAGE_PRESENT | _PAGE_LEAF | _PAGE_ACCESSED | _PAGE_DIRTY)

static struct spinlock lock;
static unsigned long setup_satp;

static unsigned int shift(int level)
{
	return PAGE_SHIFT + (unsigned int)(level - 1) * PTE_INDEX_BITS;
}

static pteval_t entry_of(phys_addr_t phys, pteval_t flags)
{
	return phys >> PAGE_SHIFT << PTE_PPN_SHIFT | flags;
}

static phys_addr_t address_of(pteval_t entry)
{
	return (entry & PTE_PPN) >> PTE_PPN_SHIFT << PAGE_SHIFT;
}

static pte_t *slot(void *table, uintptr_t virt, int level)
{
	return (pte_t *)table + (virt >> shift(level) & (ENTRIES - 1));
}

unsigned int mmu_mode(void)
{
	return csr_read(CSR_SATP) >> SATP_MODE_SHIFT;
}

/*
 * A mode that is not implemented leaves satp as it is (section 4.1.11); one that is must find this
 * code mapped.
 */
bool mmu_mode_supported(unsigned int mode)
{
	static pteval_t root[ENTRIES] __aligned(PAGE_SIZE);
	unsigned long irqs = arch_irq_save(), old = csr_read(CSR_SATP);
	bool taken;

	spin_lock(&lock);
	for (unsigned int i = 0; i < ENTRIES / 2; i++)
		root[i] = entry_of((phys_addr_t)i << shift(mmu_levels(mode)), LEAF_FLAGS);
	mb();
	csr_write(CSR_SATP, (unsigned long)mode << SATP_MODE_SHIFT | virt_to_pfn(root));
	local_flush_tlb_all();
	taken = csr_read(CSR_SATP) >> SATP_MODE_SHIFT == mode;
	csr_write(CSR_SATP, old);
	local_flush_tlb_all();
	spin_unlock(&lock);
	arch_irq_restore(irqs);
	return taken;
}

/* ---- tables ---- */

/* A larger page becomes a table of pages of the level below, with the same attributes. */
static void split(pte_t *entry, int level)
{
	pte_t *table = alloc_pages_flags(0, FLAG_DONTZERO);
	phys_addr_t phys = address_of(pte_val(*entry));
	pteval_t flags = pte_val(*entry) & ~PTE_PPN;

	for (unsigned int i = 0; i < ENTRIES; i++)
		table[i] = __pte(entry_of(phys + ((phys_addr_t)i << shift(level - 1)), flags));
	WRITE_ONCE(pte_val(*entry), entry_of(virt_to_phys(table), _PAGE_PRESENT));
}

/* levels: how many the root has. */
static pte_t *make_slot(void *root, int levels, uintptr_t virt, int lowest)
{
	void *table = root;

	for (int level = levels;; level--) {
		pte_t *entry = slot(table, virt, level);

		if (level == lowest)
			return entry;
		if (!(pte_val(*entry) & _PAGE_PRESENT))
			WRITE_ONCE(pte_val(*entry),
				   entry_of(virt_to_phys(alloc_page()), _PAGE_PRESENT));
		else if (pte_val(*entry) & _PAGE_LEAF)
			split(entry, level);
		table = phys_to_virt(address_of(pte_val(*entry)));
	}
}

static int levels_now(void)
{
	assert_msg(setup_satp, "setup_vm() was not called");
	return mmu_levels(setup_satp >> SATP_MODE_SHIFT);
}

pte_t *get_pte_level(pgd_t *pgtable, uintptr_t virt, int level)
{
	unsigned long irqs = arch_irq_save();
	pte_t *entry;

	spin_lock(&lock);
	entry = make_slot(pgtable, levels_now(), virt, level);
	spin_unlock(&lock);
	arch_irq_restore(irqs);
	return entry;
}

pte_t *get_pte(pgd_t *pgtable, uintptr_t virt)
{
	return get_pte_level(pgtable, virt, 1);
}

pgd_t *current_pgtable(void)
{
	return phys_to_virt((csr_read(CSR_SATP) & SATP_PPN) << PAGE_SHIFT);
}

pteval_t *install_page(pgd_t *pgtable, phys_addr_t phys, void *virt)
{
	pte_t *entry = get_pte(pgtable, (uintptr_t)virt);

	WRITE_ONCE(pte_val(*entry), entry_of(phys, LEAF_FLAGS));
	local_flush_tlb_page((uintptr_t)virt);
	return &pte_val(*entry);
}

phys_addr_t virt_to_pte_phys(pgd_t *pgtable, void *virt)
{
	void *table = pgtable;

	for (int level = levels_now(); level; level--) {
		pteval_t entry = pte_val(*slot(table, (uintptr_t)virt, level));

		if (!(entry & _PAGE_PRESENT))
			break;
		if (entry & _PAGE_LEAF)
			return address_of(entry) + ((uintptr_t)virt & ((1ul << shift(level)) - 1));
		table = phys_to_virt(address_of(entry));
	}
	report_abort("virt_to_pte_phys: %p is not mapped (called from %p)", virt,
		     __builtin_return_address(0));
}

/* ---- hooks ---- */

uint64_t arch_linear_limit(void)
{
	return LINEAR_SIZE;
}

void arch_vmalloc_range(uintptr_t *start, uintptr_t *end)
{
	*start = VMALLOC_START;
	*end = VMALLOC_END;
}

static void load(void *unused)
{
	csr_write(CSR_SATP, setup_satp);
	local_flush_tlb_all();
}

void mmu_join(void)
{
	load(NULL);
}

/* options: an unsigned int, the mode; NULL: the one with most levels. */
void *arch_setup_mmu(uint64_t end_of_ram, void *options)
{
	unsigned int mode = options ? *(unsigned int *)options : SATP_MODE_SV57;
	void *root;

	assert_msg(end_of_ram <= LINEAR_SIZE, "RAM up to %#" PRIx64 ": one to one goes to %#lx",
		   end_of_ram, LINEAR_SIZE);
	while (!options && mode > SATP_MODE_SV39 && !mmu_mode_supported(mode))
		mode--;
	assert_msg(mmu_mode_supported(mode), "satp does not take mode %u", mode);
	root = alloc_page();
	for (phys_addr_t phys = 0; phys < LINEAR_SIZE; phys += SZ_1G)
		*make_slot(root, mmu_levels(mode), phys, 3) = __pte(entry_of(phys, LEAF_FLAGS));
	setup_satp = (unsigned long)mode << SATP_MODE_SHIFT | virt_to_pfn(root);
	mb();
	on_cpus(load, NULL);
	return root;
}

void *arch_page_table(void)
{
	return current_pgtable();
}

void arch_map_page(void *root, uint64_t phys, void *virt)
{
	install_page(root, phys, virt);
}

void arch_unmap_page(void *root, void *virt)
{
	pte_t *entry = get_pte(root, (uintptr_t)virt);

	WRITE_ONCE(pte_val(*entry), 0);
	local_flush_tlb_page((uintptr_t)virt);
}
