/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Guest-physical memory. An address that a guest named is a gpa_t, which no host code can follow:
 * the only way to what lies behind it are the copies here, which check it. Regions are changed only
 * while no vCPU runs, or by the one host operation that runs at a time.
 */
#ifndef VMM_MEMORY_H
#define VMM_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
	uint64_t address;
} gpa_t;

static inline gpa_t gpa(uint64_t address)
{
	return (gpa_t){ address };
}

#define GUEST_PAGE	4096u

/* What is behind a region. */
enum backing {
	BACKING_ANONYMOUS, BACKING_HUGETLB,
	BACKING_THP,			/* aligned to huge pages and advised to be such */
	BACKING_SMALL,			/* advised not to be */
	BACKING_BORROWED,		/* of another region */
};

struct region {
	gpa_t start;
	uint64_t size;			/* 0: this slot is free */
	/* private to memory.c and to those that give it to the kernel */
	void *host;
	enum backing backing;
	uint32_t flags;			/* KVM_MEM_* */
};

#define REGIONS		32		/* and KVM's slot numbers: a region's index */

struct memory {
	struct region regions[REGIONS];
};

/*
 * Copies len bytes from or to the guest's memory at that address. False, with nothing copied,
 * unless all of them lie in regions; a range may go over from one region to the next.
 */
bool memory_read(const struct memory *m, gpa_t at, void *to, uint64_t len);
bool memory_write(const struct memory *m, gpa_t at, const void *from, uint64_t len);
/* Is all of the range memory? */
bool memory_has(const struct memory *m, gpa_t at, uint64_t len);
/* Does any of the range lie in a region other than that one (REGIONS: in any)? */
bool memory_overlaps(const struct memory *m, gpa_t at, uint64_t len, unsigned int except);

/*
 * Gets memory for regions[slot]: whole pages (whole huge pages if that is its backing), zeroed.
 * False with errno. It is not known to KVM yet.
 */
bool memory_get(struct memory *m, unsigned int slot, gpa_t start, uint64_t size,
		enum backing backing);
/* Gives it back and frees the slot. */
void memory_put(struct memory *m, unsigned int slot);

#endif
