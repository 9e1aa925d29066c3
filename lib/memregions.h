/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory map by the established names of device-tree architectures: a view of memory_map.h as
 * it was at the start.
 */
#ifndef MEMREGIONS_H
#define MEMREGIONS_H

#include "libcflat.h"

#define MR_F_IO			(1u << 0)
#define MR_F_CODE		(1u << 1)
#define MR_F_RESERVED		(1u << 2)	/* firmware, device tree, the image */
#define MR_F_PERSISTENT		(1u << 3)
#define MR_F_UNUSED		(1u << 4)	/* RAM that no allocator has: none, ours take all */
#define MR_F_UNKNOWN		(1u << 31)	/* of an address in no region */

struct mem_region {
	phys_addr_t start, end;		/* bytes, end exclusive */
	unsigned int flags;		/* 0: RAM of the allocators */
};

/* Sorted; the entry behind the last one has end 0. */
extern struct mem_region *mem_regions;

/* By the architecture's set-up, when memory_map.h is complete. */
void memregions_init(void);

/* The region that holds an address; NULL if there is none. */
struct mem_region *memregions_find(phys_addr_t address);
/* Its flags, MR_F_UNKNOWN if there is none. */
unsigned int memregions_get_flags(phys_addr_t address);

#endif
