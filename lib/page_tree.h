/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A binary buddy over one stretch of page frames, kept as a tree of bytes apart from the pages: it
 * never touches the memory that it manages, and setting it up costs the same for a megabyte as for
 * a terabyte. No locks, no includes of the guest library: alloc_page.c uses it, and selftests/host/
 * tests it against a model.
 */
#ifndef PAGE_TREE_H
#define PAGE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_TREE_NONE		(~(uint64_t)0)
#define PAGE_TREE_MAX_ORDER	40

struct page_tree {
	uint8_t *node;		/* page_tree_size(order) bytes; need not be cleared */
	unsigned int order;	/* the tree spans 1 << order frames */
	uint64_t base;		/* from this one, a multiple of 1 << order */
	uint64_t used;		/* no frame from here on was ever allocated */
};

enum page_tree_error {
	PAGE_TREE_OK,
	PAGE_TREE_OUTSIDE,	/* not a frame of this tree, or one that was never added */
	PAGE_TREE_FREE,		/* the frame is free already */
	PAGE_TREE_INSIDE,	/* within an allocated block, but not where it begins */
	PAGE_TREE_ORDER,	/* the block has another order */
	PAGE_TREE_RESERVED,	/* reserved, not allocated */
};

/* The smallest order whose aligned block holds the frames first to end - 1. */
unsigned int page_tree_order(uint64_t first, uint64_t end);
/* How many bytes the tree of an order needs. */
size_t page_tree_size(unsigned int order);

/*
 * A tree that spans first to end - 1, of which no frame can be had yet; node as
 * page_tree_size(page_tree_order()).
 */
void page_tree_init(struct page_tree *tree, uint8_t *node, uint64_t first, uint64_t end);
/* Makes count frames free that were never added before. */
void page_tree_add(struct page_tree *tree, uint64_t first, uint64_t count);

/*
 * Takes the lowest free block of 1 << order frames that begins at a multiple of 1 << align (at
 * least its order); with fresh set, none of them was ever allocated. Returns its first frame, or
 * PAGE_TREE_NONE.
 */
uint64_t page_tree_alloc(struct page_tree *tree, unsigned int order, unsigned int align, bool fresh);
/*
 * Gives back the block that begins at frame; order -1: whatever it has. On an error nothing
 * changes.
 */
enum page_tree_error page_tree_free(struct page_tree *tree, uint64_t frame, int order);

/*
 * Takes count given frames, each of which must be free; false (and nothing changes) if one is not.
 */
bool page_tree_reserve(struct page_tree *tree, uint64_t first, uint64_t count);
/* Gives back reserved frames; false (and nothing changes) if one is not reserved. */
bool page_tree_unreserve(struct page_tree *tree, uint64_t first, uint64_t count);

/* How many frames are free: walks the tree. */
uint64_t page_tree_count_free(const struct page_tree *tree);

#endif
