/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page allocator: blocks of 1 << order pages of memory that the linear mapping reaches, from
 * any CPU and any context. Works from the first use on, before setup_vm() too. Freeing twice, and
 * freeing what was not allocated, is an abort that says the address and what is wrong with it.
 */
#ifndef ALLOC_PAGE_H
#define ALLOC_PAGE_H

#include "libcflat.h"
#include "asm/memory_areas.h"

/* Flags: any of the AREA_ bits of <asm/memory_areas.h> (none: all areas), and these. */
#define AREA_ANY		0x00000u
#define AREA_MASK		0x000ffu
#define FLAG_DONTZERO		0x10000u	/* the pages keep what they hold; else they are cleared */
#define FLAG_FRESH		0x20000u	/* pages that were never allocated before */

/*
 * 1 << order pages, aligned to their size. alloc_* aborts with size and caller if there are none,
 * try_* returns NULL.
 */
void *alloc_pages_flags(unsigned int order, unsigned int flags);
void *try_alloc_pages_flags(unsigned int order, unsigned int flags);
void *alloc_pages(unsigned int order);
void *alloc_page(void);

/* size bytes, rounded up to a power of two of pages, aligned to alignment, a power of two. */
void *memalign_pages_flags(size_t alignment, size_t size, unsigned int flags);
void *try_memalign_pages_flags(size_t alignment, size_t size, unsigned int flags);
void *memalign_pages(size_t alignment, size_t size);

/* Gives back the block that begins at mem, whatever its order; NULL does nothing. */
void free_pages(void *mem);
void free_page(void *mem);
/* The same, and aborts if the block has another order. */
void free_pages_by_order(void *mem, unsigned int order);

/*
 * Takes npages pages at a given physical address. 0, or -1 and nothing taken if one of them is not
 * free memory. unreserve_pages() gives them back and aborts if they were not reserved.
 */
int reserve_pages(phys_addr_t addr, size_t npages);
void unreserve_pages(phys_addr_t addr, size_t npages);

/*
 * Takes over the usable memory of memory_map.h between start and end - 1, which the linear mapping
 * now reaches.
 */
void page_alloc_add_memory(phys_addr_t start, phys_addr_t end);
/* How many pages are free in these areas. */
u64 page_alloc_count_free(unsigned int areas);
bool page_alloc_initialized(void);

/* The smallest order whose block holds size bytes; size is not 0. */
unsigned int pages_order(size_t size);

#endif
