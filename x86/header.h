/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two doors of an image, for the start files: a Multiboot header (QEMU pc and q35, GRUB) and a PVH note
 * (QEMU microvm, Firecracker, Cloud Hypervisor). Both enter 32-bit protected mode, paging off.
 */
#include "x86/boot.h"

	.section .boot, "a", %progbits
	.p2align 2
	.long MULTIBOOT_HEADER_MAGIC
	.long MULTIBOOT_HEADER_FLAGS
	.long -(MULTIBOOT_HEADER_MAGIC + MULTIBOOT_HEADER_FLAGS)

	.section .note.pvh, "a", %note
	.p2align 2
	.long 4			/* size of the name */
	.long 4			/* size of the description */
	.long PVH_NOTE_PHYS32_ENTRY
	.asciz "Xen"
	.long start_pvh

	.section .text.start, "ax", %progbits
	.code32
	.globl start
start:
	movl $BOOT_MULTIBOOT, %edi
	cmpl $MULTIBOOT_BOOT_MAGIC, %eax
	je start_common
	/* A loader that follows neither protocol: nothing is known, and nobody to tell. */
1:	hlt
	jmp 1b
	.globl start_pvh
start_pvh:
	movl $BOOT_PVH, %edi
start_common:
	cli
	cld
	movl %ebx, %esi
	movl $boot_stack_top, %esp
	xorl %ebp, %ebp		/* the end of every stack trace */
	pushl $0
	popfl

	.section .bss.stack, "aw", %nobits
	.p2align 12
	.globl boot_stack, boot_stack_top
boot_stack:
	.skip BOOT_STACK_SIZE
boot_stack_top:

	.section .text.start, "ax", %progbits
