/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the start code (arm/start32.S), the way up of other CPUs, and C. Not for tests. */
#ifndef ARM32_BOOT_H
#define ARM32_BOOT_H

/*
 * What the start code puts into SCTLR, TTBCR, MAIR0 and MAIR1: ARMv7 ARM, sections B4.1.130, .153
 * and .104.
 */

/* The bits that are one in ARMv7 or ARMv8, CP15 barriers; vectors by VBAR, little-endian, A32. */
#define SCTLR_BOOT		0x00c50878
#define SCTLR_MMU_CACHES	0x1005		/* M, C, I */

/*
 * Long descriptors (EAE), all 32 bits by TTBR0, walks inner shareable and write-back; none by TTBR1
 * (EPD1).
 */
#define TTBCR_BOOT		0x80803500

/* The attributes that <asm/pgtable-hwdef.h> numbers; ARMv7 knows two kinds of devices only. */
#define MAIR0_VALUE		0x44040400
#define MAIR1_VALUE		0xff04bbff

/* Stack of each CPU, in bytes: a power of two. */
#define STACK_SHIFT		16

#ifndef __ASSEMBLER__
#include <stdint.h>

/* The boot CPU's way into C: the physical address of the device tree. */
_Noreturn void arm_start(uint64_t dtb);

/*
 * The exception level that the loader entered at: 1, or 2 where the start code went down from HYP
 * mode.
 */
extern uint64_t boot_level;
#endif

#endif
