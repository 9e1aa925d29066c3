/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of the test share: accesses that may fault, and what is expected of them. Tables:
 * asm/upper.h.
 */
#ifndef MMU_TEST_H
#define MMU_TEST_H

#include "libcflat.h"
#include "asm/mmu.h"
#include "asm/try.h"
#include "asm/upper.h"

#define ESR(ec, iss)	((u64)(ec) << ESR_ELx_EC_SHIFT | ESR_ELx_IL | (iss))

enum access { EL1_READ, EL1_WRITE, EL1_FETCH, EL0_READ, EL0_WRITE, EL0_FETCH, ACCESSES };
extern const char *const access_names[ACCESSES];

/* Makes it: the ESR of the exception, 0 if there was none. What is fetched must be a RET. */
u64 access_page(enum access a, u64 va);
#define NO_FAULT	(~0ul)
#define PERM		(ESR_ELx_FSC_PERM | 3)
/*
 * The same, and compares ESR and FAR with what a fault of that status (ESR_ELx_FSC_... | level;
 * NO_FAULT: none) must say.
 */
void expect_access(enum access a, u64 va, u64 status);

/* Changes SCTLR_EL1, and no TLB has anything of before. */
void set_sctlr(u64 clear, u64 set);

/* A page of the library's that begins with a RET, at 1 << 16 at least. */
char *page_with_ret(void);

/*
 * A space of 48 bits with the page at base, with attributes: for protection, where the granule does
 * not matter.
 */
u64 open_with_page(struct upper *u, char *page, u64 attributes);

#endif
