/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the other CPUs start: SIPI enters the copy of trampoline_start in low memory in real mode (SDM volume 3,
 * section 9.4.4); from there into the image and, with the control registers of the boot CPU, to start_cpu().
 */
#include "x86/selectors.h"
#include "x86/trampoline.h"

	.section .rodata.trampoline, "a", %progbits
	.code16
	.globl trampoline_start, trampoline_end
trampoline_start:
	cli
	cld
	movw %cs, %ax
	movw %ax, %ds
	movl $(trampoline_gdt_pointer - trampoline_start), %ebx
	lgdtl (%ebx)
	movl %cr0, %eax
	orb $1, %al
	movl %eax, %cr0
	ljmpl $KERNEL_CS32, $start_cpu32
	.p2align 3
trampoline_gdt:
	.quad 0
#ifdef __x86_64__
	.quad 0x00af9b000000ffff	/* KERNEL_CS */
#else
	.quad 0x00cf9b000000ffff
#endif
	.quad 0x00cf93000000ffff	/* KERNEL_DS */
	.quad 0
	.quad 0x00cf9b000000ffff	/* KERNEL_CS32 */
trampoline_gdt_pointer:
	.word . - trampoline_gdt - 1
	.long TRAMPOLINE + trampoline_gdt - trampoline_start
trampoline_end:

	.section .text.start_cpu, "ax", %progbits
	.code32
start_cpu32:
	movl $KERNEL_DS, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
	xorl %eax, %eax
	movl %eax, %fs
	movl %eax, %gs
	/* EDI: which CPU to come this is, from 1. Too many have no stack and stay here. */
	movl $1, %edi
	lock
	xaddl %edi, start_cpu_next
	cmpl start_cpu_limit, %edi
	jae park
	movl start_cpu_stacks(, %edi, 4), %esp
	xorl %ebp, %ebp

	movl start_cpu_cr4, %eax
	movl %eax, %cr4
	movl start_cpu_cr3, %eax
	movl %eax, %cr3
	movl start_cpu_efer, %eax
	testl %eax, %eax
	jz 1f
	xorl %edx, %edx
	movl $0xc0000080, %ecx
	wrmsr
1:	movl start_cpu_cr0, %eax
	movl %eax, %cr0
	ljmpl $KERNEL_CS, $1f
#ifdef __x86_64__
	.code64
1:	pushq $0		/* the return address that ends stack traces */
	jmp start_cpu
#else
1:	pushl %edi
	pushl $0
	jmp start_cpu
#endif
	.code32
park:
	cli
	hlt
	jmp park
