/* SPDX-License-Identifier: BSD-2-Clause */
/* Guest-physical memory: see memory.h. The only file that turns a gpa_t into a pointer. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include "memory.h"

/* The host's memory at that address and how many bytes follow it there; NULL: none. */
static uint8_t *find(const struct memory *m, uint64_t at, uint64_t *left)
{
	for (unsigned int i = 0; i < REGIONS; i++) {
		const struct region *r = &m->regions[i];

		if (r->size && at >= r->start.address && at - r->start.address < r->size) {
			*left = r->size - (at - r->start.address);
			return (uint8_t *)r->host + (at - r->start.address);
		}
	}
	return NULL;
}

bool memory_has(const struct memory *m, gpa_t at, uint64_t len)
{
	uint64_t left;

	if (at.address + len < at.address)
		return false;
	for (; len; len -= left, at.address += left) {
		if (!find(m, at.address, &left))
			return false;
		if (left > len)
			left = len;
	}
	return true;
}

bool memory_read(const struct memory *m, gpa_t at, void *to, uint64_t len)
{
	uint8_t *out = to;

	if (!memory_has(m, at, len))
		return false;
	while (len) {
		uint64_t left;
		const uint8_t *from = find(m, at.address, &left);

		if (left > len)
			left = len;
		memcpy(out, from, left);
		out += left;
		at.address += left;
		len -= left;
	}
	return true;
}

bool memory_write(const struct memory *m, gpa_t at, const void *from, uint64_t len)
{
	const uint8_t *in = from;

	if (!memory_has(m, at, len))
		return false;
	while (len) {
		uint64_t left;
		uint8_t *to = find(m, at.address, &left);

		if (left > len)
			left = len;
		memcpy(to, in, left);
		in += left;
		at.address += left;
		len -= left;
	}
	return true;
}

bool memory_overlaps(const struct memory *m, gpa_t at, uint64_t len, unsigned int except)
{
	for (unsigned int i = 0; i < REGIONS; i++) {
		const struct region *r = &m->regions[i];

		if (i != except && r->size && at.address < r->start.address + r->size &&
		    r->start.address < at.address + len)
			return true;
	}
	return false;
}

#define HUGE_PAGE	(2ull << 20)

/* Aligned to huge pages: a piece of a mapping that is one larger. */
static void *map_aligned(uint64_t size)
{
	uint8_t *host = mmap(NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	uint64_t before;

	if (host == MAP_FAILED)
		return MAP_FAILED;
	before = -(uintptr_t)host & (HUGE_PAGE - 1);
	if (before)
		munmap(host, before);
	if (before < HUGE_PAGE)
		munmap(host + before + size, HUGE_PAGE - before);
	return host + before;
}

static void *map(uint64_t size, enum backing backing)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS |
		    (backing == BACKING_HUGETLB ? MAP_HUGETLB : MAP_NORESERVE);
	void *host;

	host = backing == BACKING_THP ? map_aligned(size)
				      : mmap(NULL, size, PROT_READ | PROT_WRITE, flags, -1, 0);
	/* Only advice: a kernel without huge pages may refuse it. */
	if (host != MAP_FAILED && backing == BACKING_THP)
		madvise(host, size, MADV_HUGEPAGE);
	if (host != MAP_FAILED && backing == BACKING_SMALL)
		madvise(host, size, MADV_NOHUGEPAGE);
	return host;
}

bool memory_get(struct memory *m, unsigned int slot, gpa_t start, uint64_t size,
		enum backing backing)
{
	void *host;

	if (slot >= REGIONS || m->regions[slot].size || !size || start.address % GUEST_PAGE ||
	    size % GUEST_PAGE || start.address + size < start.address ||
	    backing == BACKING_BORROWED) {
		errno = EINVAL;
		return false;
	}
	host = map(size, backing);
	if (host == MAP_FAILED)
		return false;
	m->regions[slot] =
		(struct region){ .start = start, .size = size, .host = host, .backing = backing };
	return true;
}

void memory_put(struct memory *m, unsigned int slot)
{
	struct region *r = &m->regions[slot];

	if (r->size && r->backing != BACKING_BORROWED)
		munmap(r->host, r->size);
	*r = (struct region){ .size = 0 };
}
