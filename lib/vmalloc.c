/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtual addresses for vmalloc.h: given out downwards from the top of the architecture's range. */
#include "vmalloc.h"
#include "alloc_page.h"
#include "arch-hooks.h"
#include "memory_map.h"
#include "asm/io.h"
#include "asm/spinlock.h"

static struct spinlock lock;
static uintptr_t bottom, next;
static bool available;

bool vm_available(void)
{
	return available;
}

void *setup_mmu(phys_addr_t top, void *opaque)
{
	void *root = arch_setup_mmu(top, opaque);

	arch_vmalloc_range(&bottom, &next);
	available = true;
	return root;
}

void __setup_vm(void *opaque)
{
	phys_addr_t top = 0;

	assert_msg(!available, "setup_vm() is called a second time");
	for (int i = 0; i < memory_region_count; i++)
		if (memory_regions[i].usable)
			top = MAX(top, memory_regions[i].end);
	setup_mmu(top, opaque);
}

void setup_vm(void)
{
	__setup_vm(NULL);
}

static void *take_addresses(ulong nr, unsigned int order, void *caller)
{
	uintptr_t align = (uintptr_t)PAGE_SIZE << order, room, start;
	unsigned long state;

	if (!available)
		report_abort("alloc_vpages: setup_vm() was not called (called from %p)", caller);
	state = arch_irq_save();
	spin_lock(&lock);
	room = next - bottom;
	start = nr <= room >> PAGE_SHIFT ? ALIGN_DOWN(next - (nr << PAGE_SHIFT), align) : 0;
	if (start >= bottom && nr)
		next = start;
	spin_unlock(&lock);
	arch_irq_restore(state);
	if (start < bottom || !nr)
		report_abort("alloc_vpages: no %lu pages aligned to %#zx, %#zx bytes are left (called from %p)",
			     nr, (size_t)align, (size_t)room, caller);
	return (void *)start;
}

void *alloc_vpages(ulong nr)
{
	return take_addresses(nr, 0, __builtin_return_address(0));
}

void *alloc_vpages_aligned(ulong nr, unsigned int order)
{
	return take_addresses(nr, order, __builtin_return_address(0));
}

void *alloc_vpage(void)
{
	return take_addresses(1, 0, __builtin_return_address(0));
}

static ulong pages_of(size_t bytes, void *caller)
{
	if (bytes > SIZE_MAX - PAGE_SIZE)
		report_abort("vmalloc: %#zx bytes are too many (called from %p)", bytes, caller);
	return (bytes + PAGE_SIZE - 1) >> PAGE_SHIFT;
}

void *vmap(phys_addr_t phys, size_t size)
{
	void *caller = __builtin_return_address(0);
	size_t offset = phys & (PAGE_SIZE - 1);
	ulong nr = pages_of(size, caller) + (offset ? 1 : 0);
	char *virt = take_addresses(nr, 0, caller);
	void *root = arch_page_table();

	for (ulong i = 0; i < nr; i++)
		arch_map_page(root, phys - offset + ((phys_addr_t)i << PAGE_SHIFT), virt + (i << PAGE_SHIFT));
	return virt + offset;
}

/*
 * The page below the one that vmalloc() returns says how many there are; below it nothing is
 * mapped.
 */
struct vmalloc_head {
	ulong pages, magic;
};
#define VMALLOC_MAGIC	0x766d616cul

void *vmalloc(size_t size)
{
	void *caller = __builtin_return_address(0);
	ulong nr = pages_of(size, caller) + 1;
	char *virt = take_addresses(nr + 1, 0, caller);
	struct vmalloc_head *head = (void *)(virt + PAGE_SIZE);
	void *root = arch_page_table();

	for (ulong i = 1; i <= nr; i++)
		arch_map_page(root, virt_to_phys(alloc_page()), virt + (i << PAGE_SHIFT));
	head->pages = nr;
	head->magic = VMALLOC_MAGIC;
	return virt + 2 * PAGE_SIZE;
}

void vfree(void *virt)
{
	char *first = (char *)virt - PAGE_SIZE;
	const struct vmalloc_head *head = (void *)first;
	pgd_t *root = arch_page_table();
	ulong nr;

	if (!virt)
		return;
	if (((uintptr_t)virt & (PAGE_SIZE - 1)) || head->magic != VMALLOC_MAGIC)
		report_abort("vfree: %p is not from vmalloc() (called from %p)", virt, __builtin_return_address(0));
	nr = head->pages;
	while (nr-- > 0) {
		char *page = first + (nr << PAGE_SHIFT);

		free_page(phys_to_virt(virt_to_pte_phys(root, page)));
		arch_unmap_page(root, page);
	}
}
