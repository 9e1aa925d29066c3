/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a CPU of the PC starts: the reset vector (SDM volume 3, section 10.1.4) in real mode, and on to rom_main()
 * in flat 32-bit protected mode. Runs from the ROM itself: CS keeps its reset base 0xffff0000 until the far jump.
 */
#include "rom/rom.h"

	.section .text.start, "ax", %progbits
	.code16
real_mode:
	cli
	cld
	/* The base of CS is where real_mode is. */
	movw $(gdt_pointer - real_mode), %bx
	lgdtl %cs:(%bx)
	movl %cr0, %eax
	orb $1, %al
	movl %eax, %cr0
	ljmpl $0x08, $protected_mode

	.code32
protected_mode:
	movl $0x10, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
	movl %eax, %fs
	movl %eax, %gs
	movl $ROM_STACK_TOP, %esp
	xorl %ebp, %ebp
	call rom_main

	/* void enter_image(u32 entry, u32 eax, u32 ebx) */
	.globl enter_image
enter_image:
	movl 4(%esp), %ecx
	movl 8(%esp), %eax
	movl 12(%esp), %ebx
	jmpl *%ecx

	.p2align 3
gdt:
	.quad 0
	.quad 0x00cf9b000000ffff	/* 0x08: flat 32-bit code */
	.quad 0x00cf93000000ffff	/* 0x10: flat data */
gdt_pointer:
	.word . - gdt - 1
	.long gdt

	.section .reset, "ax", %progbits
	.code16
	jmp real_mode
	.p2align 3
	.asciz "vmunit"		/* lib/x86/acpi_loader.c knows us by it, at 0xffff8 below 1 MiB */
