/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between 4- and 5-level paging on x86_64: CR4.LA57 can only be changed outside of long mode (SDM volume 3, section
 * 2.5), so down to 32-bit protected mode without paging, and up again. i386 needs nothing of it: mmu.c.
 */
#ifdef __x86_64__
#include "x86/selectors.h"

	.section .text.switch_paging, "ax", %progbits
	/* RDI: CR3, RSI: CR4. The stack and this code are mapped one to one, below 4 GiB. */
	.globl switch_paging
	.type switch_paging, %function
switch_paging:
	pushq %rbx
	pushq %rbp
	pushq %r12
	pushq %r13
	pushq %r14
	pushq %r15
	movl %esp, %ebp		/* the upper halves of registers do not survive 32-bit mode for sure */
	pushq $KERNEL_CS32
	leaq 1f(%rip), %rax
	pushq %rax
	lretq
	.code32
1:	movl %cr0, %ebx
	movl %ebx, %eax
	andl $0x7fffffff, %eax
	movl %eax, %cr0		/* PG off: out of long mode */
	movl %esi, %cr4
	movl %edi, %cr3
	movl %ebx, %cr0		/* EFER.LME is still set: into compatibility mode */
	ljmpl $KERNEL_CS, $2f
	.code64
2:	movl %ebp, %esp
	popq %r15
	popq %r14
	popq %r13
	popq %r12
	popq %rbp
	popq %rbx
	retq
#endif
