/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The areas of physical memory where every page is as good as any other. An architecture with more has its own
 * <asm/memory_areas.h> with the same four names.
 */
#ifndef ASM_GENERIC_MEMORY_AREAS_H
#define ASM_GENERIC_MEMORY_AREAS_H

#define AREA_NORMAL_PFN		0ul

#define AREA_NORMAL		0x01

/* Area and first page frame, the highest first; and the order in which they are used. */
#define MEMORY_AREAS		{ { AREA_NORMAL, AREA_NORMAL_PFN } }
#define MEMORY_AREA_PREFERENCE	{ AREA_NORMAL }

#endif
