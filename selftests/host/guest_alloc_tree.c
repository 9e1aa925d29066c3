/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's buddy tree (lib/page_tree.c) against a model: an array that says of each frame what it is. Random
 * operations, a hundred trees; usage: guest_alloc_tree [SEED].
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "page_tree.h"

#define MAX_FRAMES	5000
#define ALLOCATED	0x100		/* plus the order, at the first frame of a block */

enum { GONE = 0, IS_FREE, INSIDE, IS_RESERVED };

static struct page_tree tree;
static unsigned short model[MAX_FRAMES];
static uint64_t first, frames, next_never_used;
static uint64_t state;

static uint64_t rnd(uint64_t bound)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % bound;
}

static bool model_all(uint64_t at, uint64_t count, unsigned short what)
{
	if (at + count > frames)
		return false;
	for (uint64_t i = 0; i < count; i++)
		if (model[at + i] != what)
			return false;
	return true;
}

static void model_set(uint64_t at, uint64_t count, unsigned short what)
{
	for (uint64_t i = 0; i < count; i++)
		model[at + i] = what;
}

static void model_use(uint64_t end)
{
	if (end > next_never_used)
		next_never_used = end;
}

/* The lowest place where a block fits: what the tree must find. */
static uint64_t model_find(unsigned int order, unsigned int align, uint64_t from)
{
	uint64_t step = (uint64_t)1 << (align > order ? align : order), size = (uint64_t)1 << order;

	for (uint64_t f = (first + step - 1) & ~(step - 1); f + size <= first + frames; f += step)
		if (f - first >= from && model_all(f - first, size, IS_FREE))
			return f;
	return PAGE_TREE_NONE;
}

static void try_alloc(void)
{
	unsigned int order = rnd(10) ? rnd(4) : rnd(12), align = rnd(4) ? 0 : rnd(9);
	bool fresh = rnd(8) == 0;
	uint64_t want = model_find(order, align, fresh ? next_never_used : 0);
	uint64_t got = page_tree_alloc(&tree, order, align, fresh);

	assert(got == want);
	if (got == PAGE_TREE_NONE)
		return;
	model_set(got - first, (uint64_t)1 << order, INSIDE);
	model[got - first] = ALLOCATED + order;
	model_use(got - first + ((uint64_t)1 << order));
}

static enum page_tree_error expected_error(uint64_t at, int order)
{
	if (at >= frames || model[at] == GONE)
		return PAGE_TREE_OUTSIDE;
	if (model[at] == IS_FREE)
		return PAGE_TREE_FREE;
	if (model[at] == INSIDE)
		return PAGE_TREE_INSIDE;
	if (model[at] == IS_RESERVED)
		return PAGE_TREE_RESERVED;
	return order >= 0 && model[at] - ALLOCATED != order ? PAGE_TREE_ORDER : PAGE_TREE_OK;
}

static void try_free(void)
{
	uint64_t at = rnd(frames + 10);
	int order = rnd(3) ? -1 : (int)rnd(3);
	enum page_tree_error want = expected_error(at, order);

	assert(page_tree_free(&tree, first + at, order) == want);
	if (want == PAGE_TREE_OK)
		model_set(at, (uint64_t)1 << (model[at] - ALLOCATED), IS_FREE);
}

static void try_reserve(void)
{
	uint64_t at = rnd(frames), count = 1 + rnd(20);
	bool want = model_all(at, count, IS_FREE);

	assert(page_tree_reserve(&tree, first + at, count) == want);
	if (want) {
		model_set(at, count, IS_RESERVED);
		model_use(at + count);
	}
}

static void try_unreserve(void)
{
	uint64_t at = rnd(frames), count = 1 + rnd(5);
	bool want = model_all(at, count, IS_RESERVED);

	assert(page_tree_unreserve(&tree, first + at, count) == want);
	if (want)
		model_set(at, count, IS_FREE);
}

static void check_count(void)
{
	uint64_t count = 0;

	for (uint64_t i = 0; i < frames; i++)
		count += model[i] == IS_FREE;
	assert(page_tree_count_free(&tree) == count);
}

/* All given back: what was added can be had as it was at first. */
static void drain(void)
{
	for (uint64_t i = 0; i < frames; i++) {
		if (model[i] >= ALLOCATED)
			assert(page_tree_free(&tree, first + i, -1) == PAGE_TREE_OK);
		else if (model[i] == IS_RESERVED)
			assert(page_tree_unreserve(&tree, first + i, 1));
		if (model[i] != GONE)
			model[i] = IS_FREE;
	}
	check_count();
	/* Everything has grown together again. */
	for (int order = 13; order >= 0; order--)
		if (model_find(order, 0, 0) != PAGE_TREE_NONE) {
			assert(page_tree_alloc(&tree, order, 0, false) == model_find(order, 0, 0));
			return;
		}
}

static void one_tree(void)
{
	unsigned char *node;
	uint64_t hole, hole_size;
	size_t size;

	frames = 1 + rnd(rnd(2) ? 40 : MAX_FRAMES);
	first = rnd(4) ? rnd(1 << 20) : rnd(8) << 20;
	hole = rnd(frames);
	hole_size = rnd(frames - hole + 1);
	next_never_used = 0;
	size = page_tree_size(page_tree_order(first, first + frames));
	node = malloc(size);	/* exactly, so that the sanitizer sees what is beyond */
	memset(node, (int)rnd(256), size);
	page_tree_init(&tree, node, first, first + frames);
	model_set(0, frames, IS_FREE);
	model_set(hole, hole_size, GONE);
	page_tree_add(&tree, first, hole);
	page_tree_add(&tree, first + hole + hole_size, frames - hole - hole_size);
	for (int i = 0; i < 3000; i++) {
		switch (rnd(8)) {
		case 0: try_reserve(); break;
		case 1: try_unreserve(); break;
		case 2: case 3: case 4: try_free(); break;
		default: try_alloc();
		}
		if (i % 64 == 0)
			check_count();
	}
	drain();
	free(node);
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;

	state = seed * 0x9e3779b97f4a7c15u | 1;
	for (int i = 0; i < 100; i++)
		one_tree();
	printf("ok random_operations\n");
	return 0;
}
