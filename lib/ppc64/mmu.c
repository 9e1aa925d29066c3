/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Radix translation (Power ISA 3.1B, Book III, section 6.7.6 on): entry 0 of the process table,
 * which the machine is told of (platform.h), serves PID 0, which is all there is. Four levels: 13,
 * 9, 9 and 9 bits.
 */
#include "alloc_page.h"
#include "arch-hooks.h"
#include "on-cpus.h"
#include "asm/io.h"
#include "asm/mmu.h"
#include "asm/processor.h"
#include "asm/spinlock.h"
#include "powerpc/platform.h"

#define LINEAR_SIZE	(1ul << 46)
#define VMALLOC_START	(1ul << 48)
#define VMALLOC_END	(VMALLOC_START + (1ul << 40))

#define ENTRIES		(1u << RADIX_TABLE_BITS)
#define ROOT_ORDER	4
#define LEAF_FLAGS \
	(RADIX_VALID | RADIX_LEAF | RADIX_R | RADIX_C | RADIX_PRIVILEGED | RADIX_READ | \
	 RADIX_WRITE | RADIX_EXECUTE)

static struct spinlock lock;
static pgd_t *setup_root;
/* By PID, two doublewords each; 4 KiB are the least. */
static u64 process_table[512] __aligned(PAGE_SIZE);

static unsigned int shift(int level)
{
	return PAGE_SHIFT + (unsigned int)(level - 1) * RADIX_TABLE_BITS;
}

static pte_t *slot(void *table, uintptr_t virt, int level)
{
	unsigned int bits = level == RADIX_LEVELS ? RADIX_ROOT_BITS : RADIX_TABLE_BITS;

	return (pte_t *)table + (virt >> shift(level) & ((1u << bits) - 1));
}

static void *next_table(pteval_t entry)
{
	return phys_to_virt(entry & RADIX_NLB);
}

static void set_entry(pte_t *entry, pteval_t value)
{
	WRITE_ONCE(entry->be, cpu_to_be64(value));
	mb();
}

bool mmu_has_radix(void)
{
	unsigned long version = mfspr(SPR_PVR) & PVR_VERSION_MASK;

	return version == PVR_VER_POWER9 || version == PVR_VER_POWER10 ||
	       version == PVR_VER_POWER11;
}

/* ---- the TLB ---- */

/*
 * TLBIE and TLBIEL: Book III, section 6.9.3.3. Words, since assemblers differ in the operands
 * they take.
 */
#define TLBI(extended, ric) \
	(31u << 26 | 5u << 21 | (ric) << 18 | 1u << 17 | 1u << 16 | 4u << 11 | (extended) << 1)
#define TLBIE			306u
#define TLBIEL			274u
#define RB_IS_PID		0x400ul

#define tlb_invalidate(extended, ric, rb_value)						\
	do {										\
		register unsigned long __rb __asm__("r4") = (rb_value);			\
		register unsigned long __rs __asm__("r5") = 0;				\
		__asm__ __volatile__("sync\n\t.long %c2" : : "r" (__rb), "r" (__rs),	\
				     "i" (TLBI(extended, ric)) : "memory");		\
	} while (0)

void flush_tlb_page(uintptr_t virt)
{
	tlb_invalidate(TLBIE, 0u, virt & PAGE_MASK);
	__asm__ __volatile__("eieio\n\ttlbsync\n\tsync" : : : "memory");
}

void flush_tlb_page_local(uintptr_t virt)
{
	tlb_invalidate(TLBIEL, 0u, virt & PAGE_MASK);
	mb();
}

void flush_tlb_local(void)
{
	tlb_invalidate(TLBIEL, 2u, RB_IS_PID);
	mb();
}

/* ---- tables ---- */

/* A larger page becomes a table of pages of the level below, with the same attributes. */
static void split(pte_t *entry, int level)
{
	pte_t *table = alloc_pages_flags(0, FLAG_DONTZERO);
	pteval_t old = pte_val(*entry);

	for (unsigned int i = 0; i < ENTRIES; i++)
		table[i] = __pte(old + ((pteval_t)i << shift(level - 1)));
	set_entry(entry, RADIX_VALID | virt_to_phys(table) | RADIX_TABLE_BITS);
}

pte_t *get_pte_level(pgd_t *pgtable, uintptr_t virt, int level)
{
	unsigned long irqs = arch_irq_save();
	void *table = pgtable;
	pte_t *entry;

	spin_lock(&lock);
	for (int at = RADIX_LEVELS; entry = slot(table, virt, at), at > level; at--) {
		if (!(pte_val(*entry) & RADIX_VALID))
			set_entry(entry,
				  RADIX_VALID | virt_to_phys(alloc_page()) | RADIX_TABLE_BITS);
		else if (pte_val(*entry) & RADIX_LEAF)
			split(entry, at);
		table = next_table(pte_val(*entry));
	}
	spin_unlock(&lock);
	arch_irq_restore(irqs);
	return entry;
}

pte_t *get_pte(pgd_t *pgtable, uintptr_t virt)
{
	return get_pte_level(pgtable, virt, 1);
}

/* The entry is big-endian: pte_val() reads it. */
pteval_t *install_page(pgd_t *pgtable, phys_addr_t phys, void *virt)
{
	pte_t *entry = get_pte(pgtable, (uintptr_t)virt);

	set_entry(entry, (phys & RADIX_RPN) | LEAF_FLAGS);
	return &entry->be;
}

phys_addr_t virt_to_pte_phys(pgd_t *pgtable, void *virt)
{
	void *table = pgtable;

	for (int level = RADIX_LEVELS; level; level--) {
		pteval_t entry = pte_val(*slot(table, (uintptr_t)virt, level));

		if (!(entry & RADIX_VALID))
			break;
		if (entry & RADIX_LEAF)
			return (entry & RADIX_RPN) +
			       ((uintptr_t)virt & ((1ul << shift(level)) - 1));
		table = next_table(entry);
	}
	report_abort("virt_to_pte_phys: %p is not mapped (called from %p)", virt,
		     __builtin_return_address(0));
}

/* ---- translation on and off ---- */

bool mmu_enabled(void)
{
	return mfmsr() & MSR_DR;
}

static void set_root(pgd_t *root)
{
	process_table[0] = cpu_to_be64(RADIX_RTS_52 | virt_to_phys(root) | RADIX_ROOT_BITS);
	mb();
}

void mmu_enable(pgd_t *pgtable)
{
	set_root(pgtable ? pgtable : setup_root);
	flush_tlb_local();
	current_thread_info()->msr = MSR_IR | MSR_DR;
	mtmsr(mfmsr() | MSR_IR | MSR_DR);
}

void mmu_disable(void)
{
	mtmsr(mfmsr() & ~(MSR_IR | MSR_DR));
	current_thread_info()->msr = 0;
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
	platform->use_process_table();
	mtspr(SPR_PIDR, 0);
	flush_tlb_local();
	current_thread_info()->msr = MSR_IR | MSR_DR;
	mtmsr(mfmsr() | MSR_IR | MSR_DR);
}

void *arch_setup_mmu(uint64_t end_of_ram, void *options)
{
	pgd_t *root;
	long ret;

	assert_msg(mmu_has_radix(), "setup_vm(): PVR %#lx has no radix translation",
		   mfspr(SPR_PVR));
	assert_msg(end_of_ram <= LINEAR_SIZE, "RAM up to %#" PRIx64 ": one to one goes to %#lx",
		   end_of_ram, LINEAR_SIZE);
	root = alloc_pages(ROOT_ORDER);
	for (phys_addr_t phys = 0; phys < end_of_ram; phys += SZ_1G)
		set_entry(get_pte_level(root, phys, 3), phys | LEAF_FLAGS);
	set_root(root);
	setup_root = root;
	ret = platform->set_process_table(virt_to_phys(process_table), virt_to_phys(root));
	if (ret)
		report_abort("the hypervisor takes no process table: %ld", ret);
	on_cpus(load, NULL);
	return root;
}

void *arch_page_table(void)
{
	return phys_to_virt(be64_to_cpu(process_table[0]) & RADIX_NLB & ~0xfful);
}

void arch_map_page(void *root, uint64_t phys, void *virt)
{
	install_page(root, phys, virt);
}

void arch_unmap_page(void *root, void *virt)
{
	set_entry(get_pte(root, (uintptr_t)virt), 0);
	flush_tlb_page_local((uintptr_t)virt);
}
