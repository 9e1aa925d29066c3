/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The upper half of the addresses (TTBR1_EL1), which the library leaves unused: translation tables
 * of a test's own, of any granule and size, whatever the library's are, and however broken (Arm
 * ARM, DDI 0487, D8.2). Levels are the architecture's: 3 is the page's. TTBR1_EL1 and TCR_EL1 are
 * those of the calling CPU; a case's end puts them back.
 */
#ifndef ARM64_ASM_UPPER_H
#define ARM64_ASM_UPPER_H

#include "libcflat.h"
#include "asm/page.h"

#define TCR_T1SZ_SHIFT		16
#define TCR_A1			(1ul << 22)
#define TCR_HPD1		(1ul << 42)
#define TTBR_ASID(n)		((u64)(n) << 48)

#define PTE_TABLE_PXN		(1ul << 59)
#define PTE_TABLE_UXN		(1ul << 60)
#define PTE_TABLE_NO_EL0	(1ul << 61)	/* APTable[0] */
#define PTE_TABLE_RDONLY	(1ul << 62)	/* APTable[1] */
#define PTE_DBM			(1ul << 51)

struct upper {
	unsigned int shift;	/* of a page: 12, 14 or 16 */
	unsigned int bits;	/* of the address space: 25 to 48 */
	int start;		/* level of the root */
	u64 *root;
	u64 base;		/* the lowest address */
};

/* Whether ID_AA64MMFR0_EL1 has pages of 1 << shift bytes in stage 1. */
bool upper_has_granule(unsigned int shift);

/* Empty tables for a space of that many bits, in use on this CPU. */
void upper_open(struct upper *u, unsigned int shift, unsigned int bits);
/*
 * The same tables on another CPU that calls this, or again, with further bits of TCR_EL1 (TCR_A1
 * and so on).
 */
void upper_use(const struct upper *u, u64 tcr);
/* Gives back the tables; nothing translates upper addresses. */
void upper_close(struct upper *u);

/* How many address bits an entry of level spans. */
unsigned int upper_shift(const struct upper *u, int level);
/* The entry of level for va: tables on the way to it are made where there are none. */
u64 *upper_entry(const struct upper *u, int level, u64 va);
/* Stores a descriptor there, and invalidates what the TLBs have. */
void upper_set(const struct upper *u, int level, u64 va, u64 descriptor);
/* A page or block of level at va; attributes beside what makes it valid: normal memory, AF. */
void upper_map(const struct upper *u, int level, u64 va, u64 pa, u64 attributes);

/* On the calling CPU: TCR_EL1 as it was. The end of a case does so. */
void upper_off(void);

#endif
