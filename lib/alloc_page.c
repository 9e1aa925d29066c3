/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page allocator: a buddy tree (page_tree.h) for every stretch of usable memory, sorted into
 * the areas of <asm/memory_areas.h>. The bytes of a tree lie at the beginning of its own stretch.
 */
#include "alloc_page.h"
#include "alloc_phys.h"
#include "arch-hooks.h"
#include "memory_map.h"
#include "page_tree.h"
#include "asm/io.h"
#include "asm/page.h"
#include "asm/spinlock.h"

#define MAX_STRETCHES	64

struct stretch {
	struct page_tree tree;
	unsigned int area;	/* one AREA_ bit */
};

static struct stretch stretches[MAX_STRETCHES];
static int stretch_count;
static bool initialized;
static struct spinlock lock;

/* Where areas begin, highest first, and the order in which they are used: the scarce ones last. */
static const struct { unsigned int area; u64 first_pfn; } areas[] = MEMORY_AREAS;
static const unsigned int preference[] = MEMORY_AREA_PREFERENCE;

static void add_stretch(u64 first, u64 end, unsigned int area)
{
	struct stretch *s = &stretches[stretch_count];
	size_t tree_pages = PAGE_ALIGN(page_tree_size(page_tree_order(first, end))) >> PAGE_SHIFT;

	if (tree_pages >= end - first)
		return;
	assert_msg(stretch_count < MAX_STRETCHES, "more than %d stretches of memory", MAX_STRETCHES);
	page_tree_init(&s->tree, phys_to_virt((phys_addr_t)first << PAGE_SHIFT), first, end);
	page_tree_add(&s->tree, first + tree_pages, end - first - tree_pages);
	s->area = area;
	stretch_count++;
}

/* Adds the whole pages of a region, cut where areas begin. */
static void add_region(phys_addr_t start, phys_addr_t end)
{
	u64 first = (start + PAGE_SIZE - 1) >> PAGE_SHIFT, last = end >> PAGE_SHIFT;

	for (size_t i = 0; i < ARRAY_SIZE(areas) && first < last; i++) {
		u64 cut = MAX(areas[i].first_pfn, first);

		if (cut >= last)
			continue;
		add_stretch(cut, last, areas[i].area);
		last = cut;
	}
}

static void add_memory(phys_addr_t start, phys_addr_t end)
{
	for (int i = 0; i < memory_region_count; i++) {
		const struct memory_region *r = &memory_regions[i];
		phys_addr_t from = MAX(r->start, start), to = MIN(r->end, end);

		if (r->usable && from < to)
			add_region(from, to);
	}
}

/* Of the range that phys_alloc() works in comes what it has left, of all else the whole. */
static void initialize(void)
{
	phys_addr_t base, top, first, end;

	initialized = true;
	phys_alloc_get_unused(&base, &top);
	phys_alloc_get_range(&first, &end);
	add_region(base, top);
	add_memory(0, first);
	add_memory(end, arch_linear_limit());
}

static unsigned long lock_pages(void)
{
	unsigned long state = arch_irq_save();

	spin_lock(&lock);
	if (!initialized)
		initialize();
	return state;
}

static void unlock_pages(unsigned long state)
{
	spin_unlock(&lock);
	arch_irq_restore(state);
}

void page_alloc_add_memory(phys_addr_t start, phys_addr_t end)
{
	unsigned long state = lock_pages();

	add_memory(start, end);
	unlock_pages(state);
}

bool page_alloc_initialized(void)
{
	return initialized;
}

static u64 take(unsigned int order, unsigned int align, unsigned int area, bool fresh)
{
	u64 pfn = PAGE_TREE_NONE;

	for (int i = 0; i < stretch_count && pfn == PAGE_TREE_NONE; i++)
		if (stretches[i].area == area)
			pfn = page_tree_alloc(&stretches[i].tree, order, align, fresh);
	return pfn;
}

static void *try_alloc(unsigned int order, unsigned int align, unsigned int flags)
{
	unsigned int wanted = flags & AREA_MASK ? flags & AREA_MASK : AREA_MASK;
	unsigned long state = lock_pages();
	u64 pfn = PAGE_TREE_NONE;
	void *mem;

	for (size_t i = 0; i < ARRAY_SIZE(preference) && pfn == PAGE_TREE_NONE; i++)
		if (preference[i] & wanted)
			pfn = take(order, align, preference[i], flags & FLAG_FRESH);
	unlock_pages(state);
	if (pfn == PAGE_TREE_NONE)
		return NULL;
	mem = phys_to_virt((phys_addr_t)pfn << PAGE_SHIFT);
	if (!(flags & FLAG_DONTZERO))
		memset(mem, 0, (size_t)PAGE_SIZE << order);
	return mem;
}

/* Does not return: nothing is left, or nothing is left where it is wanted. */
static _Noreturn void no_memory(unsigned int order, unsigned int flags, void *caller)
{
	report_abort("alloc_pages: no block of %#" PRIx64 " bytes (order %u, flags %#x); %" PRIu64
		     " pages are free there (called from %p)", (u64)PAGE_SIZE << order, order, flags,
		     page_alloc_count_free(flags & AREA_MASK), caller);
}

static void *insist(void *mem, unsigned int order, unsigned int flags, void *caller)
{
	if (!mem)
		no_memory(order, flags, caller);
	return mem;
}

void *try_alloc_pages_flags(unsigned int order, unsigned int flags)
{
	return try_alloc(order, order, flags);
}

void *alloc_pages_flags(unsigned int order, unsigned int flags)
{
	return insist(try_alloc(order, order, flags), order, flags, __builtin_return_address(0));
}

void *alloc_pages(unsigned int order)
{
	return insist(try_alloc(order, order, AREA_ANY), order, AREA_ANY, __builtin_return_address(0));
}

void *alloc_page(void)
{
	return insist(try_alloc(0, 0, AREA_ANY), 0, AREA_ANY, __builtin_return_address(0));
}

unsigned int pages_order(size_t size)
{
	unsigned int order = 0;

	while (((size - 1) >> PAGE_SHIFT) >> order)
		order++;
	return order;
}

static unsigned int checked_order(size_t alignment, size_t size, void *caller)
{
	if (!size || !alignment || (alignment & (alignment - 1)))
		report_abort("memalign_pages: %#zx bytes aligned to %#zx: the alignment must be a power of two, "
			     "the size not 0 (called from %p)", size, alignment, caller);
	return pages_order(size);
}

void *try_memalign_pages_flags(size_t alignment, size_t size, unsigned int flags)
{
	unsigned int order = checked_order(alignment, size, __builtin_return_address(0));

	return try_alloc(order, pages_order(alignment), flags);
}

void *memalign_pages_flags(size_t alignment, size_t size, unsigned int flags)
{
	void *caller = __builtin_return_address(0);
	unsigned int order = checked_order(alignment, size, caller);

	return insist(try_alloc(order, pages_order(alignment), flags), order, flags, caller);
}

void *memalign_pages(size_t alignment, size_t size)
{
	void *caller = __builtin_return_address(0);
	unsigned int order = checked_order(alignment, size, caller);

	return insist(try_alloc(order, pages_order(alignment), AREA_ANY), order, AREA_ANY, caller);
}

/* Frees in whatever stretch has the page. */
static enum page_tree_error give_back(u64 pfn, int order)
{
	enum page_tree_error error = PAGE_TREE_OUTSIDE;
	unsigned long state = lock_pages();

	for (int i = 0; i < stretch_count && error == PAGE_TREE_OUTSIDE; i++)
		error = page_tree_free(&stretches[i].tree, pfn, order);
	unlock_pages(state);
	return error;
}

static void checked_free(void *mem, int order, void *caller)
{
	static const char *const words[] = {
		[PAGE_TREE_OUTSIDE] = "is not memory of the page allocator",
		[PAGE_TREE_FREE] = "is free already",
		[PAGE_TREE_INSIDE] = "is not the beginning of an allocated block",
		[PAGE_TREE_ORDER] = "is a block of another order",
		[PAGE_TREE_RESERVED] = "is reserved, not allocated",
	};
	phys_addr_t addr = virt_to_phys(mem);
	enum page_tree_error error;

	if (!mem)
		return;
	if (addr & (PAGE_SIZE - 1))
		report_abort("free_pages: %p is not the beginning of a page (called from %p)", mem, caller);
	error = give_back(addr >> PAGE_SHIFT, order);
	if (error != PAGE_TREE_OK)
		report_abort("free_pages: %p %s (called from %p)", mem, words[error], caller);
}

void free_pages(void *mem)
{
	checked_free(mem, -1, __builtin_return_address(0));
}

void free_page(void *mem)
{
	checked_free(mem, 0, __builtin_return_address(0));
}

void free_pages_by_order(void *mem, unsigned int order)
{
	checked_free(mem, (int)order, __builtin_return_address(0));
}

int reserve_pages(phys_addr_t addr, size_t npages)
{
	unsigned long state = lock_pages();
	bool done = false;

	for (int i = 0; i < stretch_count && !done && IS_ALIGNED(addr, PAGE_SIZE); i++)
		done = page_tree_reserve(&stretches[i].tree, addr >> PAGE_SHIFT, npages);
	unlock_pages(state);
	return done ? 0 : -1;
}

void unreserve_pages(phys_addr_t addr, size_t npages)
{
	unsigned long state = lock_pages();
	bool done = false;

	for (int i = 0; i < stretch_count && !done; i++)
		done = page_tree_unreserve(&stretches[i].tree, addr >> PAGE_SHIFT, npages);
	unlock_pages(state);
	if (!done)
		report_abort("unreserve_pages: not all of %zu pages at %#" PRIx64 " are reserved (called from %p)",
			     npages, addr, __builtin_return_address(0));
}

u64 page_alloc_count_free(unsigned int wanted)
{
	unsigned long state = lock_pages();
	u64 count = 0;

	for (int i = 0; i < stretch_count; i++)
		if (!(wanted & AREA_MASK) || (stretches[i].area & wanted))
			count += page_tree_count_free(&stretches[i].tree);
	unlock_pages(state);
	return count;
}
