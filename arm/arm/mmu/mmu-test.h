/* SPDX-License-Identifier: BSD-2-Clause */
/* The page that the files of the test try, and what is expected of a fault. */
#ifndef MMU_TEST_H
#define MMU_TEST_H

#include "libcflat.h"
#include "asm/mmu.h"
#include "asm/try.h"

#define NORMAL	(PTE_ATTRINDX(MT_NORMAL) | PTE_SHARED)
#define VALUE	0x5a

extern char *page;

/* Gives the page these bits beside NORMAL, for every CPU. */
void set_page(pteval_t prot);
/*
 * Makes it accessible at PL1 alone, and stores what runs and what is read: BX LR; VALUE, 8 bytes
 * behind.
 */
void fill_page(void);

enum access { READ, WRITE, EXECUTE, ACCESSES };
/* The record tells of that access to the page, with this fault status. */
void expect_fault(enum access access, u32 status);

#endif
