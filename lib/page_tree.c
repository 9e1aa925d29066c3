/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The buddy tree of page_tree.h. Node 1 spans all frames, nodes 2n and 2n + 1 the halves of node n.
 * A byte is one of:
 *
 *	ABSENT, TAKEN, RESERVED		the whole block is; what lies below it means nothing
 *	n + 1, n the order of the node	the whole block is free; what lies below it means nothing
 *	less				split; the order of the largest free block below plus one, 0 if there is none
 *
 * Every walk begins at the root and ends at the first whole block, so a byte is read only after it
 * was written.
 */
#include "page_tree.h"

#define ABSENT		0x80
#define TAKEN		0x81
#define RESERVED	0x82

/* A node on the way down: its index, its order, its first frame. */
struct place {
	size_t index;
	unsigned int order;
	uint64_t frame;
};

static struct place root(const struct page_tree *tree)
{
	return (struct place){ 1, tree->order, tree->base };
}

static struct place half(struct place p, unsigned int which)
{
	uint64_t step = (uint64_t)which << (p.order - 1);

	return (struct place){ 2 * p.index + which, p.order - 1, p.frame + step };
}

static uint64_t end_of(struct place p)
{
	return p.frame + ((uint64_t)1 << p.order);
}

static uint8_t whole_free(struct place p)
{
	return (uint8_t)(p.order + 1);
}

static bool is_split(const struct page_tree *tree, struct place p)
{
	return tree->node[p.index] < whole_free(p);
}

/* The free order plus one that a byte stands for. */
static uint8_t largest(uint8_t value)
{
	return value & 0x80 ? 0 : value;
}

/* Sets a split node from its halves, and makes it whole again if they are alike. */
static void join(struct page_tree *tree, struct place p)
{
	uint8_t low = tree->node[2 * p.index], high = tree->node[2 * p.index + 1];

	if (low == high && low == whole_free(half(p, 0)))
		tree->node[p.index] = whole_free(p);
	else if (low == high && (low == ABSENT || low == RESERVED))
		tree->node[p.index] = low;
	else
		tree->node[p.index] = largest(low) > largest(high) ? largest(low) : largest(high);
}

/* Gives the halves of a whole block its state, so that it can be split. */
static void split(struct page_tree *tree, struct place p)
{
	uint8_t value = tree->node[p.index];

	if (value == whole_free(p))
		value--;
	tree->node[2 * p.index] = value;
	tree->node[2 * p.index + 1] = value;
}

unsigned int page_tree_order(uint64_t first, uint64_t end)
{
	unsigned int order = 0;

	while (first >> order != (end - 1) >> order)
		order++;
	return order;
}

size_t page_tree_size(unsigned int order)
{
	return (size_t)2 << order;
}

void page_tree_init(struct page_tree *tree, uint8_t *node, uint64_t first, uint64_t end)
{
	tree->node = node;
	tree->order = page_tree_order(first, end);
	tree->base = first >> tree->order << tree->order;
	tree->used = tree->base;
	node[1] = ABSENT;
}

/*
 * Whether all frames from first to end - 1 that lie under p are in the given state (a whole block's
 * byte, or free).
 */
static bool all_are(const struct page_tree *tree, struct place p, uint64_t first, uint64_t end, uint8_t state)
{
	if (end <= p.frame || first >= end_of(p))
		return true;
	if (!is_split(tree, p))
		return tree->node[p.index] == (state ? state : whole_free(p));
	return all_are(tree, half(p, 0), first, end, state) && all_are(tree, half(p, 1), first, end, state);
}

/* Puts the frames from first to end - 1 under p into a state (0: free). */
static void set_range(struct page_tree *tree, struct place p, uint64_t first, uint64_t end, uint8_t state)
{
	if (end <= p.frame || first >= end_of(p))
		return;
	if (first <= p.frame && end >= end_of(p)) {
		tree->node[p.index] = state ? state : whole_free(p);
		return;
	}
	if (!is_split(tree, p))
		split(tree, p);
	set_range(tree, half(p, 0), first, end, state);
	set_range(tree, half(p, 1), first, end, state);
	join(tree, p);
}

/*
 * The same for the one block that begins at first, without recursion: it is what every allocation
 * costs.
 */
static void set_block(struct page_tree *tree, uint64_t first, unsigned int order, uint8_t state)
{
	struct place p = root(tree);
	uint64_t offset = first - tree->base;

	while (p.order > order) {
		if (!is_split(tree, p))
			split(tree, p);
		p = half(p, offset >> (p.order - 1) & 1);
	}
	tree->node[p.index] = state ? state : whole_free(p);
	while (p.index > 1) {
		p.index /= 2;
		p.order++;
		join(tree, p);
	}
}

static bool spans(const struct page_tree *tree, uint64_t first, uint64_t count)
{
	uint64_t size = (uint64_t)1 << tree->order;

	return first >= tree->base && first - tree->base < size && count <= size - (first - tree->base);
}

void page_tree_add(struct page_tree *tree, uint64_t first, uint64_t count)
{
	if (count && spans(tree, first, count))
		set_range(tree, root(tree), first, first + count, 0);
}

/* The lowest aligned free block of an order under p that begins at from or later. */
static uint64_t find(const struct page_tree *tree, struct place p, unsigned int order, uint64_t align, uint64_t from)
{
	uint8_t value = tree->node[p.index];
	uint64_t start, found;

	if (largest(value) < order + 1 || end_of(p) <= from)
		return PAGE_TREE_NONE;
	if (value == whole_free(p)) {
		start = ((p.frame > from ? p.frame : from) + align - 1) & ~(align - 1);
		return start + ((uint64_t)1 << order) <= end_of(p) ? start : PAGE_TREE_NONE;
	}
	found = find(tree, half(p, 0), order, align, from);
	return found != PAGE_TREE_NONE ? found : find(tree, half(p, 1), order, align, from);
}

uint64_t page_tree_alloc(struct page_tree *tree, unsigned int order, unsigned int align, bool fresh)
{
	uint64_t start, end;

	if (order > tree->order || align > PAGE_TREE_MAX_ORDER)
		return PAGE_TREE_NONE;
	if (align < order)
		align = order;
	start = find(tree, root(tree), order, (uint64_t)1 << align, fresh ? tree->used : tree->base);
	if (start == PAGE_TREE_NONE)
		return start;
	end = start + ((uint64_t)1 << order);
	set_block(tree, start, order, TAKEN);
	if (end > tree->used)
		tree->used = end;
	return start;
}

enum page_tree_error page_tree_free(struct page_tree *tree, uint64_t frame, int order)
{
	struct place p = root(tree);
	uint8_t value;

	if (!spans(tree, frame, 1))
		return PAGE_TREE_OUTSIDE;
	while (is_split(tree, p))
		p = half(p, frame >= half(p, 1).frame);
	value = tree->node[p.index];
	if (value == ABSENT)
		return PAGE_TREE_OUTSIDE;
	if (value == RESERVED)
		return PAGE_TREE_RESERVED;
	if (value != TAKEN)
		return PAGE_TREE_FREE;
	if (frame != p.frame)
		return PAGE_TREE_INSIDE;
	if (order >= 0 && (unsigned int)order != p.order)
		return PAGE_TREE_ORDER;
	set_block(tree, frame, p.order, 0);
	return PAGE_TREE_OK;
}

bool page_tree_reserve(struct page_tree *tree, uint64_t first, uint64_t count)
{
	if (!spans(tree, first, count) || !all_are(tree, root(tree), first, first + count, 0))
		return false;
	set_range(tree, root(tree), first, first + count, RESERVED);
	if (first + count > tree->used)
		tree->used = first + count;
	return true;
}

bool page_tree_unreserve(struct page_tree *tree, uint64_t first, uint64_t count)
{
	if (!spans(tree, first, count) || !all_are(tree, root(tree), first, first + count, RESERVED))
		return false;
	set_range(tree, root(tree), first, first + count, 0);
	return true;
}

static uint64_t count_free(const struct page_tree *tree, struct place p)
{
	if (is_split(tree, p))
		return count_free(tree, half(p, 0)) + count_free(tree, half(p, 1));
	return tree->node[p.index] == whole_free(p) ? (uint64_t)1 << p.order : 0;
}

uint64_t page_tree_count_free(const struct page_tree *tree)
{
	return count_free(tree, root(tree));
}
