/* SPDX-License-Identifier: BSD-2-Clause */
/* The first allocator: a pointer that moves up through one region, see alloc_phys.h. */
#include "alloc_phys.h"
#include "memory_map.h"
#include "arch-hooks.h"
#include "asm/spinlock.h"

static struct spinlock lock;
static phys_addr_t begin, next, top;
static phys_addr_t minimum_alignment = DEFAULT_MINIMUM_ALIGNMENT;
static bool ready;

void phys_alloc_init(phys_addr_t base, phys_addr_t size)
{
	begin = base;
	next = base;
	top = base + size;
	ready = true;
}

static void use_largest_region(void)
{
	phys_addr_t limit = arch_linear_limit(), end, size = 0, start = 0;

	for (int i = 0; i < memory_region_count; i++) {
		const struct memory_region *r = &memory_regions[i];

		end = MIN(r->end, limit);
		if (r->usable && r->start < end && end - r->start > size) {
			start = r->start;
			size = end - start;
		}
	}
	phys_alloc_init(start, size);
}

void phys_alloc_set_minimum_alignment(phys_addr_t align)
{
	assert(align && !(align & (align - 1)));
	minimum_alignment = align;
}

phys_addr_t phys_alloc_aligned(phys_addr_t size, phys_addr_t align)
{
	unsigned long state = arch_irq_save();
	phys_addr_t start;

	assert(align && !(align & (align - 1)));
	spin_lock(&lock);
	if (!ready)
		use_largest_region();
	start = ALIGN(next, MAX(align, minimum_alignment));
	if (start < next || start > top || size > top - start) {
		spin_unlock(&lock);
		report_abort("phys_alloc: no %#" PRIx64 " bytes aligned to %#" PRIx64 " between %#" PRIx64
			     " and %#" PRIx64 " (called from %p)", size, align, next, top,
			     __builtin_return_address(0));
	}
	next = start + size;
	spin_unlock(&lock);
	arch_irq_restore(state);
	return start;
}

phys_addr_t phys_alloc(phys_addr_t size)
{
	return phys_alloc_aligned(size, minimum_alignment);
}

void phys_alloc_get_unused(phys_addr_t *base, phys_addr_t *end)
{
	unsigned long state = arch_irq_save();

	spin_lock(&lock);
	if (!ready)
		use_largest_region();
	*base = next < top ? next : 0;
	*end = next < top ? top : 0;
	next = top;
	spin_unlock(&lock);
	arch_irq_restore(state);
}

void phys_alloc_get_range(phys_addr_t *base, phys_addr_t *end)
{
	*base = begin;
	*end = top;
}

void phys_alloc_show(void)
{
	printf("phys_alloc: %#" PRIx64 "-%#" PRIx64 " allocated, up to %#" PRIx64 " free\n", begin, next, top);
}
