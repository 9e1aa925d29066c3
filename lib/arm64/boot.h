/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the start code (arm/start64.S), the way up of other CPUs, and C. Not for tests. */
#ifndef ARM64_BOOT_H
#define ARM64_BOOT_H

/* What the start code puts into SCTLR_EL1, TCR_EL1 and MAIR_EL1: Arm ARM (DDI 0487), sections D19.2.118 and .132. */

/* The bits that are one in ARMv8.0, WFE and WFI at EL0, cache operations at EL0, stack alignment checks. */
#define SCTLR_BOOT		0x34d5c818
#define SCTLR_MMU_CACHES	0x1005		/* M, C, I */

/* 48-bit addresses by TTBR0 in 4 KiB pages, walks inner shareable and write-back; none by TTBR1 (EPD1). */
#define TCR_BOOT		0x00803510

/* The attributes that <asm/pgtable-hwdef.h> numbers, from 0; MT_NORMAL_TAGGED is plain until MTE is known. */
#define MAIR_VALUE		0xff08bbff440c0400

/* Stack of each CPU, in bytes: a power of two. */
#define STACK_SHIFT		16

#ifndef __ASSEMBLER__
#include <stdint.h>

/* The boot CPU's way into C: the physical address of the device tree. */
_Noreturn void arm_start(uint64_t dtb);

/* For a CPU that starts where the image as a whole has gone up to EL2 (el2.c): it follows. */
void el2_follow(void);

/* The exception level that the loader entered at: 1, or 2 where the start code went down to 1. */
extern uint64_t boot_level;
#endif

#endif
