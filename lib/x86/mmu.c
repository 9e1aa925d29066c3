/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which paging mode a CPU is in: setup_vm()'s part, the switches between modes, and what is the
 * same in all of them. x86_64 starts with the tables of x86/start64.S and keeps them; i386 starts
 * without.
 */
#include "x86/desc.h"
#include "x86/mmu.h"
#include "x86/paging.h"
#include "x86/vm.h"
#include "alloc_page.h"
#include "arch-hooks.h"
#include "on-cpus.h"

#define LEAF_FLAGS	(PT_PRESENT_MASK | PT_WRITABLE_MASK | PT_USER_MASK | PT_AD_MASK)

void flush_tlb(void)
{
	write_cr3(read_cr3());
}

static void flush_one(void *virt)
{
	invlpg(virt);
}

static void flush_all(void *unused)
{
	flush_tlb();
}

void invalidate_everywhere(void *virt)
{
	on_cpus(flush_one, virt);
}

void flush_tlb_everywhere(void)
{
	on_cpus(flush_all, NULL);
}

bool enable_nx(void)
{
	if (!this_cpu_has(X86_FEATURE_NX))
		return false;
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_NX);
	return true;
}

/* What the test wants all of RAM to be: 0 or PT_USER_MASK, and further flags for install_page(). */
static pteval_t chosen_flags(const void *options)
{
	return options ? *(const pteval_t *)options : PT_USER_MASK;
}

#ifdef __x86_64__

#define LINEAR_LIMIT	(1ull << 32)	/* start64.S */
#define VMALLOC_START	(1ul << 46)
#define VMALLOC_END	(VMALLOC_START + (1ul << 40))

uint64_t arch_linear_limit(void)
{
	return LINEAR_LIMIT;
}

void arch_vmalloc_range(uintptr_t *start, uintptr_t *end)
{
	*start = VMALLOC_START;
	*end = VMALLOC_END;
}

const struct paging *paging_current(void)
{
	return read_cr4() & X86_CR4_LA57 ? &paging_5level : &paging_4level;
}

/* Maps from start on one to one, in the current tables, by pages of at most 1 GiB. */
static void map_linear(phys_addr_t start, u64 len, u64 flags)
{
	paging_map(paging_current(), current_page_table(), start, start, len, LEAF_FLAGS | flags,
		   this_cpu_has(X86_FEATURE_GBPAGES) ? 3 : 2);
}

void *arch_setup_mmu(uint64_t end_of_ram, void *options)
{
	pgd_t *root = current_page_table();
	pteval_t flags = chosen_flags(options);

	if (end_of_ram > LINEAR_LIMIT) {
		map_linear(LINEAR_LIMIT, ALIGN(end_of_ram - LINEAR_LIMIT, SZ_2M), 0);
		page_alloc_add_memory(LINEAR_LIMIT, end_of_ram);
	}
	/*
	 * One entry denies CPL 3 all that is mapped one to one, up to 512 GiB: section 5.6.1 wants
	 * U/S in every entry.
	 */
	if (!(flags & PT_USER_MASK))
		root[0] &= ~PT_USER_MASK;
	mmu_set_default_flags(flags);
	flush_tlb();
	return root;
}

void __iomem *ioremap(phys_addr_t phys, size_t size)
{
	phys_addr_t start = ALIGN_DOWN(phys, PAGE_SIZE), end = ALIGN(phys + size, PAGE_SIZE);

	assert_msg(size && end > start && end <= VMALLOC_START, "%#zx bytes at %#" PRIx64, size, phys);
	start = MAX(start, LINEAR_LIMIT);
	if (start < end) {
		map_linear(start, end - start, PT_PCD_MASK | PT_PWT_MASK);
		flush_tlb();
	}
	return phys_to_virt(phys);
}

static void switch_off_interrupts(unsigned long cr3, unsigned long cr4)
{
	unsigned long state = arch_irq_save();

	assert(cr3 < LINEAR_LIMIT);
	switch_paging(cr3, cr4);
	arch_irq_restore(state);
}

void setup_5level_page_table(void)
{
	pgd_t *old = current_page_table(), *root;

	assert(this_cpu_has(X86_FEATURE_LA57));
	if (read_cr4() & X86_CR4_LA57)
		return;
	root = alloc_pages_flags(0, AREA_DMA32);
	root[0] = virt_to_phys(old) | PT_PRESENT_MASK | PT_WRITABLE_MASK | PT_USER_MASK;
	root[511] = root[0];
	switch_off_interrupts(virt_to_phys(root), read_cr4() | X86_CR4_LA57);
}

void setup_4level_page_table(void)
{
	pgd_t *root = current_page_table();

	if (!(read_cr4() & X86_CR4_LA57))
		return;
	switch_off_interrupts(root[0] & PT_ADDR_MASK, read_cr4() & ~X86_CR4_LA57);
	free_page(root);
}

#else

#define VMALLOC_START	0xa0000000u	/* the hole in the linear mapping; devices begin above it on every machine */
#define VMALLOC_END	0xb0000000u

static u32 page_directory[1024] __attribute__((aligned(4096)));

uint64_t arch_linear_limit(void)
{
	return VMALLOC_START;
}

void arch_vmalloc_range(uintptr_t *start, uintptr_t *end)
{
	*start = VMALLOC_START;
	*end = VMALLOC_END;
}

const struct paging *paging_current(void)
{
	return read_cr4() & X86_CR4_PAE ? &paging_pae : &paging_32bit;
}

static void map_all(const struct paging *p, void *root, pteval_t flags)
{
	flags = (LEAF_FLAGS & ~PT_USER_MASK) | (flags & PT_USER_MASK);
	paging_map(p, root, 0, 0, VMALLOC_START, flags, 2);
	paging_map(p, root, VMALLOC_END, VMALLOC_END, (1ull << 32) - VMALLOC_END, flags, 2);
}

static void load_page_directory(void *unused)
{
	write_cr3(virt_to_phys(page_directory));
	tasks_use_page_tables(virt_to_phys(page_directory));
	write_cr4(read_cr4() | X86_CR4_PSE);
	write_cr0(read_cr0() | X86_CR0_PG | X86_CR0_WP);
}

void *arch_setup_mmu(uint64_t end_of_ram, void *options)
{
	pteval_t flags = chosen_flags(options);

	assert_msg(this_cpu_has(X86_FEATURE_PSE), "pages of 4 MiB are needed");
	map_all(&paging_32bit, page_directory, flags);
	mmu_set_default_flags(flags);
	on_cpus(load_page_directory, NULL);
	return page_directory;
}

void __iomem *ioremap(phys_addr_t phys, size_t size)
{
	assert_msg(size && phys + size <= 1ull << 32 && (phys >= VMALLOC_END || phys + size <= VMALLOC_START),
		   "%#zx bytes at %#" PRIx64 " are not mapped one to one", size, phys);
	return phys_to_virt(phys);
}

/*
 * CR4.PAE may change with paging on, but then CR3 would be of the wrong kind for a moment (section
 * 5.4.1).
 */
static void switch_paging(unsigned long cr3, unsigned long cr4)
{
	unsigned long state = arch_irq_save();

	write_cr0(read_cr0() & ~X86_CR0_PG);
	write_cr4(cr4);
	write_cr3(cr3);
	tasks_use_page_tables(cr3);
	write_cr0(read_cr0() | X86_CR0_PG);
	arch_irq_restore(state);
}

void setup_pae_page_table(void)
{
	static u64 pdpt[4] __attribute__((aligned(4096)));	/* 32 would do, but CR3 is read as if */

	assert(this_cpu_has(X86_FEATURE_PAE) && vm_available());
	if (!(pdpt[0] & PT_PRESENT_MASK))
		map_all(&paging_pae, pdpt, page_directory[0] & PT_USER_MASK);
	switch_paging(virt_to_phys(pdpt), read_cr4() | X86_CR4_PAE);
}

void setup_32bit_page_table(void)
{
	switch_paging(virt_to_phys(page_directory), read_cr4() & ~X86_CR4_PAE);
}

#endif
