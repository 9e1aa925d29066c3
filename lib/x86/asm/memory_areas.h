/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The areas of physical memory on x86 by what can address them: the 24 bits of ISA DMA, the 32 bits
 * of PCI devices and of code without PAE, the 36 bits of the first PAE processors, all the rest.
 * AREA_ with DMA are unions.
 */
#ifndef X86_ASM_MEMORY_AREAS_H
#define X86_ASM_MEMORY_AREAS_H

#define AREA_NORMAL_PFN		(1ul << (36 - 12))
#define AREA_HIGH_PFN		(1ul << (32 - 12))
#define AREA_LOW_PFN		(1ul << (24 - 12))
#define AREA_LOWEST_PFN		0ul

#define AREA_NORMAL		0x01	/* from 64 GiB */
#define AREA_HIGH		0x02	/* from 4 GiB */
#define AREA_LOW		0x04	/* from 16 MiB */
#define AREA_LOWEST		0x08	/* from 0 */

#define AREA_DMA24		AREA_LOWEST
#define AREA_DMA32		(AREA_LOWEST | AREA_LOW)

/* Area and first page frame, the highest first; and the order in which they are used. */
#define MEMORY_AREAS {				\
	{ AREA_NORMAL, AREA_NORMAL_PFN },	\
	{ AREA_HIGH, AREA_HIGH_PFN },		\
	{ AREA_LOW, AREA_LOW_PFN },		\
	{ AREA_LOWEST, AREA_LOWEST_PFN },	\
}
#define MEMORY_AREA_PREFERENCE	{ AREA_LOW, AREA_LOWEST, AREA_HIGH, AREA_NORMAL }

#endif
