/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Segment selectors, the layout of the GDT. Also included by assembly. The order of USER_CS32, USER_DS, USER_CS is what
 * SYSRET wants (SDM volume 2, SYSRET: CS from STAR[63:48]+16, SS from +8).
 */
#ifndef X86_SELECTORS_H
#define X86_SELECTORS_H

#define KERNEL_CS	0x08	/* 64-bit code on x86_64, 32-bit code on i386 */
#define KERNEL_DS	0x10
#define NP_SEL		0x18	/* a segment that is not present */
#define KERNEL_CS32	0x20
#define KERNEL_CS16	0x28
#define KERNEL_DS16	0x30
#define USER_CS32	0x3b
#define USER_DS		0x43
#define USER_CS		0x4b
#define FIRST_SPARE_SEL	0x50	/* for tests, up to TSS_MAIN */
#define TSS_MAIN	0x80	/* of CPU 0; the other CPUs' follow */

#endif
