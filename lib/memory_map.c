/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine's memory map: a sorted array of regions that do not overlap. See memory_map.h. */
#include "memory_map.h"

struct memory_region memory_regions[MEMORY_REGIONS_MAX];
int memory_region_count;

static void insert(int at, phys_addr_t start, phys_addr_t end, bool usable)
{
	if (memory_region_count == MEMORY_REGIONS_MAX)
		report_abort("the memory map has more than %d regions", MEMORY_REGIONS_MAX);
	for (int i = memory_region_count++; i > at; i--)
		memory_regions[i] = memory_regions[i - 1];
	memory_regions[at] = (struct memory_region){ start, end, usable };
}

void memory_map_add(phys_addr_t start, phys_addr_t end, bool usable)
{
	for (int i = 0; start < end && i < memory_region_count; i++) {
		struct memory_region r = memory_regions[i];

		if (start < r.start) {
			insert(i, start, end < r.start ? end : r.start, usable);
			i++;
		}
		if (start < r.end)
			start = r.end;
	}
	if (start < end)
		insert(memory_region_count, start, end, usable);
}

void memory_map_reserve(phys_addr_t start, phys_addr_t end)
{
	for (int i = 0; i < memory_region_count; i++) {
		struct memory_region *r = &memory_regions[i];

		if (!r->usable || start >= r->end || end <= r->start)
			continue;
		if (r->start < start) {
			/* The part before stays, the next round sees the rest. */
			insert(i + 1, start, r->end, true);
			r->end = start;
		} else if (end < r->end) {
			insert(i + 1, end, r->end, true);
			r->end = end;
			r->usable = false;
		} else {
			r->usable = false;
		}
	}
}

bool memory_map_usable(phys_addr_t start, phys_addr_t end)
{
	for (int i = 0; start < end && i < memory_region_count; i++) {
		const struct memory_region *r = &memory_regions[i];

		if (r->usable && start >= r->start && start < r->end)
			start = r->end;
	}
	return start >= end;
}
