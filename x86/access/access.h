/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the generated tests of page permissions: a combination is a set of bits, of the entry that
 * maps the page, the table's entry above it, the CPU's state and the access itself.
 */
#ifndef ACCESS_H
#define ACCESS_H

#include "libcflat.h"
#include "x86/paging.h"

/* Those that cost most to change come last: subsets are counted through from the first. */
enum {
	WRITE = 1 << 0,			/* the access; else it is a read */
	FETCH = 1 << 1,			/* never both */
	USER = 1 << 2,			/* in ring 3 */
	LEAF_P = 1 << 3,
	LEAF_W = 1 << 4,
	LEAF_U = 1 << 5,
	LEAF_A = 1 << 6,
	LEAF_D = 1 << 7,
	LEAF_NX = 1 << 8,
	LEAF_RESERVED = 1 << 9,
	LEAF_KEY = 1 << 10,		/* protection key 1, not 0 */
	TABLE_P = 1 << 11,
	TABLE_W = 1 << 12,
	TABLE_U = 1 << 13,
	TABLE_A = 1 << 14,
	TABLE_NX = 1 << 15,
	TABLE_RESERVED = 1 << 16,
	CPU_AC = 1 << 17,		/* EFLAGS.AC during the access */
	CPU_WP = 1 << 18,
	CPU_NXE = 1 << 19,
	CPU_SMEP = 1 << 20,
	CPU_SMAP = 1 << 21,
	CPU_PKE = 1 << 22,
	PKRU_AD = 1 << 23,		/* of key 1 */
	PKRU_WD = 1 << 24,
	N_BITS = 25,
};

#define ALL_ACCESSES	(WRITE | FETCH | USER)
#define LEAF_BITS	(LEAF_P | LEAF_W | LEAF_U | LEAF_A | LEAF_D | LEAF_NX)
#define TABLE_BITS	(TABLE_P | TABLE_W | TABLE_U | TABLE_A | TABLE_NX)

#define DATA_OFFSET	16	/* in the page: what is read and written */

/* Larger products are wanted. */
extern bool full;

/* What came of an access. */
struct outcome {
	bool fault;
	u32 error_code;			/* with fault */
	ulong cr2;			/* with fault */
	u32 entries;			/* the bits LEAF_* and TABLE_* afterwards */
	bool changed;			/* any other bit of the entries */
};

/*
 * What the manual says (model.c). may: bits of entries that may be set or not: accessed flags of a
 * walk that ended by a fault.
 */
struct outcome expected_outcome(u32 combination, u32 *may);

/* The page under test: its size by the level of its entry. */
struct place {
	const struct paging *paging;
	int level;
	void *page;			/* what it maps, by its usual address */
	ulong virt;			/* its first byte there: code; data are at DATA_OFFSET */
	void *leaf, *table;		/* entries; table is NULL if it has no permissions */
	u64 leaf_base, table_base;	/* the entries without any of our bits */
};

/* Maps a page by an entry of this level in the current tables. */
void make_place(struct place *p, int level);
/* The bits that a combination can have here: those whose feature this CPU and this paging have. */
u32 possible_bits(const struct place *p);
/* Puts the CPU and the entries into the combination's state, and makes its access. */
struct outcome try_access(const struct place *p, u32 combination);
/* The access alone, with the entries as they are: what of outcome an exception tells. */
struct outcome make_access(ulong virt, u32 combination);
/* The bits of the error code that tell the access, not the reason (model.c). */
u32 access_code(u32 combination);
/* CPU state as after setup_vm(). */
void reset_cpu(void);

#endif
