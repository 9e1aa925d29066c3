/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptors of the translation tables and TCR_EL1 (Arm ARM, sections D8.3 and D19.2.139). The long descriptors of 32 bits
 * are the same in what is here (chapter G5).
 */
#ifndef ARM_ASM_PGTABLE_HWDEF_H
#define ARM_ASM_PGTABLE_HWDEF_H

#include "linux/const.h"

#ifndef UL
#define UL(x)			_UL(x)
#endif

#define PTE_VALID		(_ULL(1) << 0)
#define PTE_TYPE_MASK		(_ULL(3) << 0)
#define PTE_TYPE_PAGE		(_ULL(3) << 0)	/* at level 1; above it, a table */
#define PTE_TYPE_TABLE		(_ULL(3) << 0)
#define PTE_TYPE_BLOCK		(_ULL(1) << 0)	/* above level 1 */
#define PTE_ATTRINDX(n)		(_ULL(n) << 2)
#define PTE_ATTRINDX_MASK	(_ULL(7) << 2)
#define PTE_NS			(_ULL(1) << 5)
#define PTE_USER		(_ULL(1) << 6)	/* AP[1]: EL0 may; if it may write, EL1 of 64 bits cannot execute */
#define PTE_RDONLY		(_ULL(1) << 7)	/* AP[2] */
#define PTE_SHARED		(_ULL(3) << 8)	/* inner shareable */
#define PTE_AF			(_ULL(1) << 10)
#define PTE_NG			(_ULL(1) << 11)
#define PTE_CONT		(_ULL(1) << 52)
#define PTE_PXN			(_ULL(1) << 53)
#define PTE_UXN			(_ULL(1) << 54)
#define PTE_ADDR_MASK		_ULL(0x0000fffffffff000)

/* Numbers of the attributes in MAIR_EL1. */
#define MT_DEVICE_nGnRnE	0
#define MT_DEVICE_nGnRE		1
#define MT_DEVICE_GRE		2
#define MT_NORMAL_NC		3
#define MT_NORMAL		4
#define MT_NORMAL_WT		5
#define MT_DEVICE_nGRE		6
#define MT_NORMAL_TAGGED	7	/* with MTE; without it as MT_NORMAL */

#define TCR_T0SZ(bits)		((_ULL(64) - (bits)) << 0)
#define TCR_IRGN0_WBWA		(_ULL(1) << 8)
#define TCR_ORGN0_WBWA		(_ULL(1) << 10)
#define TCR_SH0_INNER		(_ULL(3) << 12)
#define TCR_TG0_4K		(_ULL(0) << 14)
#define TCR_TG0_64K		(_ULL(1) << 14)
#define TCR_TG0_16K		(_ULL(2) << 14)
#define TCR_EPD1		(_ULL(1) << 23)
#define TCR_IPS_SHIFT		32
#define TCR_IPS_MASK		(_ULL(7) << TCR_IPS_SHIFT)
#define TCR_AS			(_ULL(1) << 36)
#define TCR_TBI0		(_ULL(1) << 37)
#define TCR_TBI1		(_ULL(1) << 38)
#define TCR_HA			(_ULL(1) << 39)
#define TCR_HD			(_ULL(1) << 40)
#define TCR_TCMA0		(_ULL(1) << 57)
#define TCR_TCMA1		(_ULL(1) << 58)

#endif
