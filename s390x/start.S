/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry of an s390x image at 0x10000, in the 64-bit mode, no DAT, interruptions off; and what a loader leaves in the image, at
 * the places where it does so for Linux (QEMU's hw/s390x/ipl.c): initrd and command line.
 */
#include "asm/interrupt.h"
#include "asm/lowcore.h"
#include "s390x/boot.h"

	.section .text.start, "ax", %progbits
	.globl start
start:
	larl %r15, boot_stack_top - 160
	larl %r1, boot_cr0
	lctlg %c0, %c0, 0(%r1)
	/* The end of every stack trace. */
	xc 0(160,%r15), 0(%r15)
	lghi %r14, 0
	jg s390x_start

	.p2align 3
boot_cr0:			/* as after a reset, chapter 4 */
	.8byte 0xe0

	.org 0x408
	.globl boot_initrd, boot_command_line
boot_initrd:			/* address, size */
	.8byte 0, 0
	.org 0x430
	.8byte COMMAND_LINE_SIZE	/* QEMU 7.0 and later ask; older ones take 896 */
	.org 0x480
boot_command_line:
	.skip COMMAND_LINE_SIZE

	.section .bss.stack, "aw", %nobits
	.p2align 12
	.globl boot_stack, boot_emergency_stack_top
boot_stack:
	.skip BOOT_STACK_SIZE
boot_stack_top:
	.skip EMERGENCY_STACK_SIZE
boot_emergency_stack_top:
