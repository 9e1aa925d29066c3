/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page tables of every x86 paging mode, see paging.h. SDM volume 3, sections 5.3 (32-bit), 5.4
 * (PAE), 5.5 (4, 5 levels).
 */
#include "x86/paging.h"
#include "alloc_page.h"
#include "asm/io.h"

const struct paging paging_32bit = { .levels = 2, .index_bits = 10, .entry_size = 4, .top_large_level = 2 };
const struct paging paging_pae = { .levels = 3, .index_bits = 9, .entry_size = 8, .top_large_level = 2 };
const struct paging paging_4level = { .levels = 4, .index_bits = 9, .entry_size = 8, .top_large_level = 3 };
const struct paging paging_5level = { .levels = 5, .index_bits = 9, .entry_size = 8, .top_large_level = 3 };

#define TABLE_FLAGS	(PT_PRESENT_MASK | PT_WRITABLE_MASK | PT_USER_MASK)

u64 paging_read(const struct paging *p, const void *entry)
{
	return p->entry_size == 8 ? READ_ONCE(*(const u64 *)entry) : READ_ONCE(*(const u32 *)entry);
}

void paging_write(const struct paging *p, void *entry, u64 value)
{
	if (p->entry_size == 4) {
		WRITE_ONCE(*(u32 *)entry, (u32)value);
	} else if (sizeof(long) == 8) {
		WRITE_ONCE(*(u64 *)entry, value);
	} else {
		WRITE_ONCE(((u32 *)entry)[0], 0);
		WRITE_ONCE(((u32 *)entry)[1], (u32)(value >> 32));
		WRITE_ONCE(((u32 *)entry)[0], (u32)value);
	}
}

static void *slot_at(const struct paging *p, void *table, int level, u64 virt)
{
	u64 index = virt >> paging_shift(p, level) & ((1ull << p->index_bits) - 1);

	return (char *)table + index * p->entry_size;
}

bool paging_is_leaf(const struct paging *p, int level, u64 value)
{
	return level == 1 || (level <= p->top_large_level && (value & PT_PAGE_SIZE_MASK));
}

phys_addr_t paging_address(const struct paging *p, int level, u64 value)
{
	u64 mask = p->entry_size == 8 ? PT_ADDR_MASK : 0xfffff000;

	if (paging_is_leaf(p, level, value))
		mask &= ~(paging_size(p, level) - 1);
	return value & mask;
}

static void *table_of(const struct paging *p, int level, u64 value)
{
	return phys_to_virt(paging_address(p, level, value));
}

/* PAE's four top entries have no permissions: the bits are reserved (section 5.4.1, table 5-8). */
static u64 table_entry(const struct paging *p, int level, void *table)
{
	return virt_to_phys(table) | (p == &paging_pae && level == 3 ? PT_PRESENT_MASK : TABLE_FLAGS);
}

struct paging_slot paging_find(const struct paging *p, void *root, u64 virt, int lowest)
{
	void *table = root;

	for (int level = p->levels;; level--) {
		void *entry = slot_at(p, table, level, virt);
		u64 value = paging_read(p, entry);

		if (level == lowest || !(value & PT_PRESENT_MASK) || paging_is_leaf(p, level, value))
			return (struct paging_slot){ entry, level };
		table = table_of(p, level, value);
	}
}

/*
 * The attributes of a large page's entry for the pages of the level below: PAT moves where PS was
 * (table 5-20).
 */
static u64 smaller_page_flags(const struct paging *p, int level, u64 value)
{
	u64 flags = value & ~paging_address(p, level, value) & ~PT_LARGE_PAT_MASK;

	if (level > 2)
		return flags | (value & PT_LARGE_PAT_MASK);
	flags &= ~PT_PAGE_SIZE_MASK;
	return flags | (value & PT_LARGE_PAT_MASK ? PT_PAT_MASK : 0);
}

void paging_split(const struct paging *p, struct paging_slot slot)
{
	u64 value = paging_read(p, slot.entry);
	u64 small = paging_address(p, slot.level, value) | smaller_page_flags(p, slot.level, value);
	unsigned int count = PAGE_SIZE / p->entry_size;
	char *table = alloc_pages_flags(0, FLAG_DONTZERO);

	assert(slot.level > 1 && paging_is_leaf(p, slot.level, value));
	for (unsigned int i = 0; i < count; i++, small += paging_size(p, slot.level - 1))
		paging_write(p, table + i * p->entry_size, small);
	paging_write(p, slot.entry, table_entry(p, slot.level, table));
}

/* The entry of a level for virt, with all tables above it in place. */
static void *make_slot(const struct paging *p, void *root, int level, u64 virt, void *spare)
{
	struct paging_slot s;
	u64 value;

	while ((s = paging_find(p, root, virt, level)).level != level) {
		value = paging_read(p, s.entry);
		if (value & PT_PRESENT_MASK) {
			paging_split(p, s);
			continue;
		}
		paging_write(p, s.entry, table_entry(p, s.level, spare ? spare : alloc_page()));
		spare = NULL;
	}
	return s.entry;
}

void *paging_install(const struct paging *p, void *root, int level, u64 virt, u64 value, void *spare)
{
	void *entry = make_slot(p, root, level, virt, spare);

	paging_write(p, entry, value);
	return entry;
}

static int largest_level(const struct paging *p, u64 virt, phys_addr_t phys, u64 len, int top_level)
{
	int level = MIN(top_level, (int)p->top_large_level);

	while (level > 1 && (len < paging_size(p, level) || !IS_ALIGNED(virt | phys, paging_size(p, level))))
		level--;
	return level;
}

void paging_map(const struct paging *p, void *root, u64 virt, phys_addr_t phys, u64 len, u64 flags, int top_level)
{
	const unsigned int per_table = PAGE_SIZE / p->entry_size;

	while (len) {
		int level = largest_level(p, virt, phys, len, top_level);
		u64 size = paging_size(p, level), large = level > 1 ? PT_PAGE_SIZE_MASK : 0;
		char *entry = make_slot(p, root, level, virt, NULL);
		unsigned int index = ((uintptr_t)entry & (PAGE_SIZE - 1)) / p->entry_size;

		/*
		 * The rest of this table by one loop: walks from the root cost more than all else.
		 */
		do {
			paging_write(p, entry, phys | flags | large);
			entry += p->entry_size;
			virt += size;
			phys += size;
			len -= size;
		} while (++index < per_table && len >= size &&
			 largest_level(p, virt, phys, len, top_level) == level);
	}
}
