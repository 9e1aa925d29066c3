/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry of an i386 image: flat 32-bit protected mode without paging, and on to C. Paging comes with setup_vm().
 * Other CPUs: lib/x86/trampoline.S.
 */
#include "header.h"
#include "x86/selectors.h"

#define CR0_PE_MP_ET_NE	0x33

	need_cpu 1, 15, "CMOV"
	movl start_info, %esi
	LOAD_BOOT_SEGMENTS
	movl $CR0_PE_MP_ET_NE, %eax
	movl %eax, %cr0
	ljmpl $KERNEL_CS, $1f
1:	pushl %esi
	pushl %edi
	pushl $0		/* the return address that ends stack traces */
	jmp x86_start

	.section .data.boot, "aw", %progbits
	.p2align 3
boot_gdt:
	.quad 0
	.quad 0x00cf9b000000ffff	/* KERNEL_CS: 32-bit code */
	.quad 0x00cf93000000ffff	/* KERNEL_DS */
boot_gdt_pointer:
	.word . - boot_gdt - 1
	.long boot_gdt
