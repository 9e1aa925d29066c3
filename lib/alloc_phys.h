/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first allocator of all: hands out physical memory upwards from the largest usable region that
 * the linear mapping reaches, and takes nothing back. What it leaves goes to the page allocator.
 */
#ifndef ALLOC_PHYS_H
#define ALLOC_PHYS_H

#include "libcflat.h"

#define DEFAULT_MINIMUM_ALIGNMENT	32

/*
 * Allocates from base to base + size - 1 from now on. Not called: the largest region of
 * memory_map.h.
 */
void phys_alloc_init(phys_addr_t base, phys_addr_t size);
/* A power of two; further blocks begin at multiples of it. */
void phys_alloc_set_minimum_alignment(phys_addr_t align);

/* size bytes, not cleared; aborts if they are not there. align: a power of two. */
phys_addr_t phys_alloc(phys_addr_t size);
phys_addr_t phys_alloc_aligned(phys_addr_t size, phys_addr_t align);

/*
 * Hands over all that is left, *base to *top - 1: nothing more can be allocated here. Both are 0 if
 * nothing is left.
 */
void phys_alloc_get_unused(phys_addr_t *base, phys_addr_t *top);

/* All that was ever given to this allocator: *base to *top - 1. */
void phys_alloc_get_range(phys_addr_t *base, phys_addr_t *top);

/* Prints what was allocated and what is left. */
void phys_alloc_show(void);

#endif
