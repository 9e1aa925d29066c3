/* SPDX-License-Identifier: BSD-2-Clause */
/* DAT tables (Principles of Operation, chapter 3, "Dynamic Address Translation"): see mmu.h. */
#include "alloc_page.h"
#include "arch-hooks.h"
#include "on-cpus.h"
#include "s390x/mmu.h"
#include "asm/arch_def.h"
#include "asm/facility.h"
#include "asm/spinlock.h"

#define LINEAR_SIZE	(1ul << 53)	/* one entry of the first table */
#define VMALLOC_START	(1ul << 63)
#define VMALLOC_END	(VMALLOC_START + (1ul << 42))

#define FACILITY_EDAT1	8

static struct spinlock lock;
static u64 setup_asce;

static unsigned int shift(enum pgt_level level)
{
	static const unsigned char shifts[] = {
		0, REGION1_SHIFT, REGION2_SHIFT, REGION3_SHIFT, SEGMENT_SHIFT, PAGE_SHIFT
	};

	return shifts[level];
}

static unsigned long invalid(enum pgt_level level)
{
	return level == pgtable_level_pte ? PAGE_ENTRY_I : REGION_ENTRY_I;
}

static unsigned long *slot(unsigned long *table, uintptr_t virt, enum pgt_level level)
{
	unsigned int entries =
		level == pgtable_level_pte ? PAGE_TABLE_ENTRIES : REGION_TABLE_ENTRIES;

	return table + (virt >> shift(level) & (entries - 1));
}

/* A table of entries that are invalid, of the type that the level has. */
static unsigned long *new_table(enum pgt_level level)
{
	bool pages = level == pgtable_level_pte;
	unsigned long *table = alloc_pages_flags(pages ? 0 : REGION_TABLE_ORDER, FLAG_DONTZERO);
	unsigned long empty =
		invalid(level) | (pages ? 0 : (unsigned long)(pgtable_level_pmd - level) << 2);

	for (int i = 0; i < (pages ? PAGE_TABLE_ENTRIES : REGION_TABLE_ENTRIES); i++)
		table[i] = empty;
	return table;
}

pgd_t *pgd_alloc_one(void)
{
	return (pgd_t *)new_table(pgtable_level_pgd);
}

/* The entry of level that leads to table. */
static unsigned long entry_to(unsigned long *table, enum pgt_level level)
{
	unsigned long entry = virt_to_phys(table) | (unsigned long)(pgtable_level_pmd - level) << 2;

	return level < pgtable_level_pmd ? entry | REGION_TABLE_LENGTH : entry;
}

static bool is_large(unsigned long entry, enum pgt_level level)
{
	return (level == pgtable_level_pmd || level == pgtable_level_pud) &&
	       entry & SEGMENT_ENTRY_FC;
}

/* A large frame becomes a table of smaller ones with the same protection. */
static void split(unsigned long *entry, enum pgt_level level)
{
	unsigned long *table = new_table(level + 1), frame = *entry & ~((1ul << shift(level)) - 1);
	unsigned long keep = *entry & (SEGMENT_ENTRY_P | SEGMENT_ENTRY_IEP),
		      size = 1ul << shift(level + 1);
	int n = level == pgtable_level_pmd ? PAGE_TABLE_ENTRIES : SEGMENT_TABLE_ENTRIES;

	for (int i = 0; i < n; i++)
		table[i] = frame + i * size +
			   (keep | (level == pgtable_level_pud ? SEGMENT_ENTRY_FC : 0));
	WRITE_ONCE(*entry, entry_to(table, level));
}

static unsigned long *make_slot(unsigned long *table, uintptr_t virt, enum pgt_level lowest)
{
	for (enum pgt_level level = pgtable_level_pgd;; level++) {
		unsigned long *entry = slot(table, virt, level);

		if (level == lowest)
			return entry;
		if (*entry & invalid(level))
			WRITE_ONCE(*entry, entry_to(new_table(level + 1), level));
		else if (is_large(*entry, level))
			split(entry, level);
		table = phys_to_virt(*entry & (level == pgtable_level_pmd ? SEGMENT_ENTRY_ORIGIN
									  : REGION_ENTRY_ORIGIN));
	}
}

void *get_dat_entry(pgd_t *pgtable, void *vaddr, enum pgt_level level)
{
	unsigned long irqs = arch_irq_save(), *entry;

	spin_lock(&lock);
	entry = make_slot((unsigned long *)pgtable, (uintptr_t)vaddr, level);
	spin_unlock(&lock);
	arch_irq_restore(irqs);
	return entry;
}

pgd_t *current_pgtable(void)
{
	return phys_to_virt(stctg(1) & ASCE_ORIGIN);
}

pteval_t *install_page(pgd_t *pgtable, phys_addr_t phys, void *virt)
{
	pteval_t *entry = get_dat_entry(pgtable, virt, pgtable_level_pte);

	WRITE_ONCE(*entry, phys & PAGE_ENTRY_PFRA);
	ptlb();
	return entry;
}

pmdval_t *install_large_page(pgd_t *pgtable, phys_addr_t phys, void *vaddr)
{
	pmdval_t *entry = get_dat_entry(pgtable, vaddr, pgtable_level_pmd);

	WRITE_ONCE(*entry, (phys & SEGMENT_ENTRY_SFAA) | SEGMENT_ENTRY_FC);
	ptlb();
	return entry;
}

pudval_t *install_huge_page(pgd_t *pgtable, phys_addr_t phys, void *vaddr)
{
	pudval_t *entry = get_dat_entry(pgtable, vaddr, pgtable_level_pud);

	WRITE_ONCE(*entry,
		   (phys & REGION3_ENTRY_RFAA) | REGION3_ENTRY_FC | REGION_ENTRY_TT_REGION3);
	ptlb();
	return entry;
}

phys_addr_t virt_to_pte_phys(pgd_t *pgtable, void *virt)
{
	unsigned long *table = (unsigned long *)pgtable;

	for (enum pgt_level level = pgtable_level_pgd; level <= pgtable_level_pte; level++) {
		unsigned long entry = *slot(table, (uintptr_t)virt, level),
			      in_frame = (1ul << shift(level)) - 1;

		if (entry & invalid(level))
			break;
		if (level == pgtable_level_pte || is_large(entry, level))
			return (entry & ~in_frame) | ((uintptr_t)virt & in_frame);
		table = phys_to_virt(entry & (level == pgtable_level_pmd ? SEGMENT_ENTRY_ORIGIN
									 : REGION_ENTRY_ORIGIN));
	}
	report_abort("virt_to_pte_phys: %p is not mapped (called from %p)", virt,
		     __builtin_return_address(0));
}

/* ---- protection ---- */

static void purge(void *unused)
{
	ptlb();
}

static void change_entry(void *vaddr, enum pgt_level level, unsigned long clear, unsigned long set)
{
	unsigned long *entry = get_dat_entry(current_pgtable(), vaddr, level);

	WRITE_ONCE(*entry, (*entry & ~clear) | set);
	on_cpus(purge, NULL);
}

void protect_dat_entry(void *vaddr, unsigned long prot, enum pgt_level level)
{
	change_entry(vaddr, level, 0, prot);
}

void unprotect_dat_entry(void *vaddr, unsigned long prot, enum pgt_level level)
{
	change_entry(vaddr, level, prot, 0);
}

void protect_page(void *vaddr, unsigned long prot)
{
	protect_dat_entry(vaddr, prot, pgtable_level_pte);
}

void unprotect_page(void *vaddr, unsigned long prot)
{
	unprotect_dat_entry(vaddr, prot, pgtable_level_pte);
}

void protect_range(void *start, unsigned long len, unsigned long prot)
{
	for (unsigned long at = (unsigned long)start & PAGE_MASK; at < (unsigned long)start + len;
	     at += PAGE_SIZE)
		protect_page((void *)at, prot);
}

void unprotect_range(void *start, unsigned long len, unsigned long prot)
{
	for (unsigned long at = (unsigned long)start & PAGE_MASK; at < (unsigned long)start + len;
	     at += PAGE_SIZE)
		unprotect_page((void *)at, prot);
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

/* Handlers run with DAT too: their stacks may be virtual. */
static void load(void *unused)
{
	struct psw *new_psws[] = { &lowcore.ext_new_psw, &lowcore.svc_new_psw, &lowcore.pgm_new_psw,
				   &lowcore.mcck_new_psw, &lowcore.io_new_psw };

	if (test_facility(FACILITY_EDAT1))
		ctl_set_bit(0, CTL0_EDAT);
	lctlg(1, setup_asce);
	lctlg(7, setup_asce);
	lctlg(13, setup_asce);
	for (size_t i = 0; i < ARRAY_SIZE(new_psws); i++)
		new_psws[i]->mask |= PSW_MASK_DAT;
}

static void load_and_enable(void *unused)
{
	load(NULL);
	enable_dat();
}

void *arch_setup_mmu(uint64_t end_of_ram, void *options)
{
	unsigned long *root = new_table(pgtable_level_pgd), frame = HPAGE_SIZE;
	bool large = test_facility(FACILITY_EDAT1);

	end_of_ram = ALIGN(end_of_ram, frame);
	for (unsigned long at = 0; at < end_of_ram; at += large ? frame : PAGE_SIZE)
		*make_slot(root, at, large ? pgtable_level_pmd : pgtable_level_pte) =
			at | (large ? SEGMENT_ENTRY_FC : 0);
	setup_asce = virt_to_phys(root) | ASCE_DT_REGION1 | REGION_TABLE_LENGTH;
	mb();
	on_cpus(load_and_enable, NULL);
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
	pteval_t *entry = get_dat_entry(root, virt, pgtable_level_pte);

	WRITE_ONCE(*entry, PAGE_ENTRY_I);
	ptlb();
}
