/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bits of a page table entry (Privileged Architecture, section 4.4.1; Svnapot, Svpbmt: chapters 5
 * and 6).
 */
#ifndef RISCV_ASM_PGTABLE_H
#define RISCV_ASM_PGTABLE_H

#include "linux/const.h"
#include "asm/page.h"

#define _PAGE_PRESENT		(_AC(1, UL) << 0)
#define _PAGE_READ		(_AC(1, UL) << 1)
#define _PAGE_WRITE		(_AC(1, UL) << 2)
#define _PAGE_EXEC		(_AC(1, UL) << 3)
#define _PAGE_USER		(_AC(1, UL) << 4)
#define _PAGE_GLOBAL		(_AC(1, UL) << 5)
#define _PAGE_ACCESSED		(_AC(1, UL) << 6)
#define _PAGE_DIRTY		(_AC(1, UL) << 7)
#define _PAGE_SOFT		(_AC(3, UL) << 8)
#define _PAGE_RESERVED		(_AC(0x7f, UL) << 54)	/* bits 60 to 54 */
#define _PAGE_PBMT		(_AC(3, UL) << 61)
#define _PAGE_NAPOT		(_AC(1, UL) << 63)

/* An entry without any of these leads to the next table. */
#define _PAGE_LEAF		(_PAGE_READ | _PAGE_WRITE | _PAGE_EXEC)

#define PTE_PPN_SHIFT		10
#define PTE_PPN			(_AC(0x003ffffffffffc00, UL))
#define PTE_INDEX_BITS		9

#endif
