/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pages of 4 KiB and the levels of their tables, long descriptors, for 32-bit addresses: counted
 * from the page's (1) up to the root's, which has four entries of 1 GiB.
 */
#ifndef ARM32_ASM_PAGE_H
#define ARM32_ASM_PAGE_H

#include "asm-generic/page.h"

#define VA_BITS			32
#define PGDIR_WIDTH		9
#define PAGE_LEVELS		3
/* How many address bits lie below the index into a table of a level. */
#define PGDIR_BITS(level)	(((level) - 1) * PGDIR_WIDTH + PAGE_SHIFT)

#ifndef __ASSEMBLER__
#include <stdint.h>

/*
 * RAM and devices are mapped one to one below LINEAR_LIMIT, devices above 4 GiB in the window; then
 * vmalloc.h's addresses.
 */
#define LINEAR_LIMIT		0xd0000000ull
#define DEVICE_WINDOW_START	0xd0000000ul
#define DEVICE_WINDOW_END	0xf0000000ul
#define VMALLOC_START		DEVICE_WINDOW_END
#define VMALLOC_END		0xfffff000ul

typedef uint64_t pteval_t;
typedef uint64_t pgd_t;
typedef uint64_t pte_t;
#endif

#endif
