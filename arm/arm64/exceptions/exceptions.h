/* SPDX-License-Identifier: BSD-2-Clause */
/* What both files of the test need: expected syndromes, and code to fetch. */
#ifndef EXCEPTIONS_TEST_H
#define EXCEPTIONS_TEST_H

#include "libcflat.h"
#include "own-page.h"
#include "asm/mmu.h"
#include "asm/try.h"

#define ESR(ec, iss)	((u64)(ec) << ESR_ELx_EC_SHIFT | ESR_ELx_IL | (iss))

#define NORMAL		(PTE_ATTRINDX(MT_NORMAL) | PTE_SHARED)
#define LAST_LEVEL	3
#define RET		0xd65f03c0u

#define entry_of	own_page_entry
#define change		own_page_change
/* Stores RET to a page, for fetching. */
void put_ret(char *page);

#endif
