/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pages of 4 KiB, or of 16 or 64 KiB where the build defines PAGE_SHIFT (configure --page-size),
 * and the levels of their tables: counted from the page's (1) up to the root's, for 48-bit addresses.
 */
#ifndef ARM64_ASM_PAGE_H
#define ARM64_ASM_PAGE_H

#include "asm-generic/page.h"

#define VA_BITS			48
#define PGDIR_WIDTH		(PAGE_SHIFT - 3)
#define PAGE_LEVELS		((VA_BITS - PAGE_SHIFT + PGDIR_WIDTH - 1) / PGDIR_WIDTH)
/* RAM and devices are mapped one to one below LINEAR_LIMIT; above are vmalloc.h's addresses. */
#define LINEAR_LIMIT		0xf00000000000ul
#define VMALLOC_START		LINEAR_LIMIT
#define VMALLOC_END		(1ul << VA_BITS)
/* How many address bits lie below the index into a table of a level. */
#define PGDIR_BITS(level)	(((level) - 1) * PGDIR_WIDTH + PAGE_SHIFT)

#ifndef __ASSEMBLER__
#include <stdint.h>

typedef uint64_t pteval_t;
typedef uint64_t pgd_t;
typedef uint64_t pte_t;
#endif

#endif
