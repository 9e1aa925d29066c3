/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the machine's physical memory is: filled by the architecture's set-up from what the loader said, sorted by address,
 * without overlaps. The image, the boot information and (on x86) the low 1 MiB are kept out of what is usable.
 */
#ifndef MEMORY_MAP_H
#define MEMORY_MAP_H

#include "libcflat.h"

struct memory_region {
	phys_addr_t start, end;		/* bytes, end exclusive */
	bool usable;			/* RAM that the allocators may have */
};

#define MEMORY_REGIONS_MAX 128

extern struct memory_region memory_regions[MEMORY_REGIONS_MAX];
extern int memory_region_count;

/* Adds what of start to end - 1 no region has yet: add what is not usable first. Aborts if there are too many. */
void memory_map_add(phys_addr_t start, phys_addr_t end, bool usable);
/* Whether all of start to end - 1 is usable. */
bool memory_map_usable(phys_addr_t start, phys_addr_t end);

/* Makes start to end - 1 unusable; before the first allocation. */
void memory_map_reserve(phys_addr_t start, phys_addr_t end);

#endif
