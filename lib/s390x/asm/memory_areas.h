/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory below 2 GiB has to be found again: prefix areas, SCCBs and channel programs have addresses
 * of 31 bits.
 */
#ifndef S390X_ASM_MEMORY_AREAS_H
#define S390X_ASM_MEMORY_AREAS_H

#define AREA_DMA31_PFN		0ul
#define AREA_NORMAL_PFN		(1ul << (31 - 12))

#define AREA_NORMAL		0x01
#define AREA_DMA31		0x02

/* Area and first page frame, the highest first; and the order in which they are used. */
#define MEMORY_AREAS		{ { AREA_NORMAL, AREA_NORMAL_PFN }, { AREA_DMA31, AREA_DMA31_PFN } }
#define MEMORY_AREA_PREFERENCE	{ AREA_NORMAL, AREA_DMA31 }

#endif
