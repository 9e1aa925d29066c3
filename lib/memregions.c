/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory map by its established names: see memregions.h. */
#include "memory_map.h"
#include "memregions.h"

static struct mem_region regions[MEMORY_REGIONS_MAX + 1];
struct mem_region *mem_regions = regions;

void memregions_init(void)
{
	for (int i = 0; i < memory_region_count; i++) {
		const struct memory_region *r = &memory_regions[i];

		regions[i] = (struct mem_region){ r->start, r->end, r->usable ? 0 : MR_F_RESERVED };
	}
}

struct mem_region *memregions_find(phys_addr_t address)
{
	for (struct mem_region *r = regions; r->end; r++)
		if (address >= r->start && address < r->end)
			return r;
	return NULL;
}

unsigned int memregions_get_flags(phys_addr_t address)
{
	const struct mem_region *r = memregions_find(address);

	return r ? r->flags : MR_F_UNKNOWN;
}
