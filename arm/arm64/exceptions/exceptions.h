/* SPDX-License-Identifier: BSD-2-Clause */
/* What both files of the test need: expected syndromes, and pages whose descriptors a case changes. */
#ifndef EXCEPTIONS_TEST_H
#define EXCEPTIONS_TEST_H

#include "libcflat.h"
#include "asm/mmu.h"
#include "asm/try.h"

#define ESR(ec, iss)	((u64)(ec) << ESR_ELx_EC_SHIFT | ESR_ELx_IL | (iss))

#define NORMAL		(PTE_ATTRINDX(MT_NORMAL) | PTE_SHARED)
#define LAST_LEVEL	3
#define RET		0xd65f03c0u

/* A page of our own, with prot instead of install_page()'s; its tables exist then, so that faults have level 3. */
char *own_page(pteval_t prot);
/* Its descriptor; and a change of it, which every CPU sees. */
pteval_t *entry_of(char *virt);
void change(char *virt, pteval_t clear, pteval_t set);
/* Stores RET to a page, for fetching. */
void put_ret(char *page);

#endif
