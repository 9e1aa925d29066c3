/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the cases of page tables share: one page of memory, mapped at one address, and every kind of
 * access to it.
 */
#ifndef MMU_TEST_H
#define MMU_TEST_H

#include "libcflat.h"
#include "asm/mmu.h"

#define LEAF		(_PAGE_PRESENT | _PAGE_ACCESSED | _PAGE_DIRTY)
#define RWX		(_PAGE_READ | _PAGE_WRITE | _PAGE_EXEC)
#define OFFSET		0x128ul		/* within a page: not 0, so that stval's low bits count */
#define WORD		0x0123456789abcdeful

enum access { LOAD, STORE, FETCH, AMO, ACCESSES };
extern const char *const access_names[];
extern const unsigned long fault_of[];

extern unsigned int mode;	/* of satp */
extern u8 *page;		/* by the linear mapping */
extern u8 *virt;		/* where entry maps it; the next page is free, too */
extern pte_t *entry;

pteval_t pte_of(void *memory, pteval_t flags);
/* Writes entry, and fences it here. */
void set_entry(pteval_t value);
/* A fresh address whose entry of that level nothing else shares. */
ulong fresh_address(int level);

/* Code at OFFSET that a fetch from that mode comes back from. */
void write_code(bool user);
/* A call of the address. */
void call_address(void *address);
/* In supervisor mode; false: it trapped. */
bool access_here(enum access access, void *address);
/* From that mode: the fault compared in whole, or none. */
void expect_fault(enum access access, bool user, void *address, const char *what);
void expect_allowed(enum access access, bool user, void *address, const char *what);

#endif
