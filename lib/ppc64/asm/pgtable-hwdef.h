/* SPDX-License-Identifier: BSD-2-Clause */
/* Bits of radix tables (Power ISA 3.0B and 3.1B, Book III, sections 6.7.6 to 6.7.10). */
#ifndef PPC64_ASM_PGTABLE_HWDEF_H
#define PPC64_ASM_PGTABLE_HWDEF_H

#include "asm/reg.h"

/* Of every entry. */
#define RADIX_VALID		UL(0x8000000000000000)
#define RADIX_LEAF		UL(0x4000000000000000)

/* Of a leaf. */
#define RADIX_RPN		UL(0x01fffffffffff000)
#define RADIX_R			UL(0x0000000000000100)	/* referenced */
#define RADIX_C			UL(0x0000000000000080)	/* changed */
#define RADIX_ATT_NC_IDEMPOTENT	UL(0x0000000000000020)
#define RADIX_ATT_NC		UL(0x0000000000000030)	/* devices */
#define RADIX_PRIVILEGED	UL(0x0000000000000008)
#define RADIX_READ		UL(0x0000000000000004)
#define RADIX_WRITE		UL(0x0000000000000002)
#define RADIX_EXECUTE		UL(0x0000000000000001)

/* Of what leads to the next table: its address and the number of bits that index it. */
#define RADIX_NLB		UL(0x00ffffffffffff00)
#define RADIX_NLS		UL(0x000000000000001f)

/*
 * The first doubleword of a process table entry, for 52 bits of effective address (RTS: 52 - 31,
 * in two parts), and the index bits of its root.
 */
#define RADIX_RTS_52		UL(0x40000000000000a0)
#define RADIX_ROOT_BITS		13
#define RADIX_TABLE_BITS	9

#endif
