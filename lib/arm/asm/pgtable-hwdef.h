/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors of the translation tables and TCR_EL1 (Arm ARM, sections D8.3 and D19.2.139). */
#ifndef ARM64_ASM_PGTABLE_HWDEF_H
#define ARM64_ASM_PGTABLE_HWDEF_H

#include "linux/const.h"

#ifndef UL
#define UL(x)			_UL(x)
#endif

#define PTE_VALID		(UL(1) << 0)
#define PTE_TYPE_MASK		(UL(3) << 0)
#define PTE_TYPE_PAGE		(UL(3) << 0)	/* at level 1; above it, a table */
#define PTE_TYPE_TABLE		(UL(3) << 0)
#define PTE_TYPE_BLOCK		(UL(1) << 0)	/* above level 1 */
#define PTE_ATTRINDX(n)		(UL(n) << 2)
#define PTE_ATTRINDX_MASK	(UL(7) << 2)
#define PTE_NS			(UL(1) << 5)
#define PTE_USER		(UL(1) << 6)	/* AP[1]: EL0 may; if it may write, EL1 cannot execute */
#define PTE_RDONLY		(UL(1) << 7)	/* AP[2] */
#define PTE_SHARED		(UL(3) << 8)	/* inner shareable */
#define PTE_AF			(UL(1) << 10)
#define PTE_NG			(UL(1) << 11)
#define PTE_CONT		(UL(1) << 52)
#define PTE_PXN			(UL(1) << 53)
#define PTE_UXN			(UL(1) << 54)
#define PTE_ADDR_MASK		UL(0x0000fffffffff000)

/* Numbers of the attributes in MAIR_EL1. */
#define MT_DEVICE_nGnRnE	0
#define MT_DEVICE_nGnRE		1
#define MT_DEVICE_GRE		2
#define MT_NORMAL_NC		3
#define MT_NORMAL		4
#define MT_NORMAL_WT		5
#define MT_DEVICE_nGRE		6
#define MT_NORMAL_TAGGED	7	/* with MTE; without it as MT_NORMAL */

#define TCR_T0SZ(bits)		((UL(64) - (bits)) << 0)
#define TCR_IRGN0_WBWA		(UL(1) << 8)
#define TCR_ORGN0_WBWA		(UL(1) << 10)
#define TCR_SH0_INNER		(UL(3) << 12)
#define TCR_TG0_4K		(UL(0) << 14)
#define TCR_TG0_64K		(UL(1) << 14)
#define TCR_TG0_16K		(UL(2) << 14)
#define TCR_EPD1		(UL(1) << 23)
#define TCR_IPS_SHIFT		32
#define TCR_IPS_MASK		(UL(7) << TCR_IPS_SHIFT)
#define TCR_AS			(UL(1) << 36)
#define TCR_TBI0		(UL(1) << 37)
#define TCR_TBI1		(UL(1) << 38)
#define TCR_HA			(UL(1) << 39)
#define TCR_HD			(UL(1) << 40)
#define TCR_TCMA0		(UL(1) << 57)
#define TCR_TCMA1		(UL(1) << 58)

#endif
