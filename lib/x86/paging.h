/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page tables of every x86 paging mode (SDM volume 3, chapter 5), all in the same functions: tables
 * lie in the linear mapping, entries are 64-bit values here whatever their size is in memory.
 * Nothing here touches CR3 or a TLB.
 */
#ifndef X86_PAGING_H
#define X86_PAGING_H

#include "libcflat.h"
#include "asm/page.h"

struct paging {
	u8 levels;
	u8 index_bits;		/* of an address, for each level */
	u8 entry_size;		/* bytes */
	u8 top_large_level;	/* highest level whose entries may map a page; counts from 1 */
};

extern const struct paging paging_32bit, paging_pae, paging_4level, paging_5level;

/* The mode that the control registers of this CPU select; paging_32bit also if paging is off. */
const struct paging *paging_current(void);

/* Where a walk ended. */
struct paging_slot {
	void *entry;
	int level;
};

static inline unsigned int paging_shift(const struct paging *p, int level)
{
	return PAGE_SHIFT + (unsigned int)(level - 1) * p->index_bits;
}

/* Bytes that one entry of a level maps. */
static inline u64 paging_size(const struct paging *p, int level)
{
	return 1ull << paging_shift(p, level);
}

u64 paging_read(const struct paging *p, const void *entry);
/*
 * One store of the entry's size, or, on i386 with 8 bytes, two that never show a wrong present
 * entry.
 */
void paging_write(const struct paging *p, void *entry, u64 value);

/* Whether a present entry of a level maps a page, not a table. */
bool paging_is_leaf(const struct paging *p, int level, u64 value);
/* The physical address of the page or table of an entry. */
phys_addr_t paging_address(const struct paging *p, int level, u64 value);

/*
 * Walks from root down to lowest (1: the page table); ends earlier at an entry that is not present
 * or a leaf.
 */
struct paging_slot paging_find(const struct paging *p, void *root, u64 virt, int lowest);

/*
 * Sets the entry of a level for virt to value and returns it. Tables on the way that are not
 * present are allocated (the first one that is needed is spare, if not NULL: a cleared page); pages
 * on the way are split into smaller ones with the same attributes.
 */
void *paging_install(const struct paging *p, void *root, int level, u64 virt, u64 value, void *spare);

/*
 * Maps len bytes of virt to phys with flags, by the largest pages up to a level that fit. All
 * multiples of 4 KiB.
 */
void paging_map(const struct paging *p, void *root, u64 virt, phys_addr_t phys, u64 len, u64 flags, int top_level);

/*
 * Replaces a page of level 2 or higher by a table of pages of the level below, with the same
 * attributes.
 */
void paging_split(const struct paging *p, struct paging_slot slot);

#endif
