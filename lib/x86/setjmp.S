/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setjmp() and longjmp() (C11 7.13). Saves what a function call preserves: flags, segments and the interrupt flag stay
 * as they are at the jump. The order of words is known here only.
 */
	.text

#ifdef __x86_64__
	.globl setjmp
	.type setjmp, %function
setjmp:
	movq (%rsp), %rax
	movq %rbx, 0(%rdi)
	movq %rbp, 8(%rdi)
	movq %r12, 16(%rdi)
	movq %r13, 24(%rdi)
	movq %r14, 32(%rdi)
	movq %r15, 40(%rdi)
	leaq 8(%rsp), %rdx	/* the stack as the caller will find it */
	movq %rdx, 48(%rdi)
	movq %rax, 56(%rdi)
	xorl %eax, %eax
	ret
	.size setjmp, . - setjmp

	.globl longjmp
	.type longjmp, %function
longjmp:
	movl %esi, %eax
	/* For exception-entry.S: the arguments are in registers (RDI, EAX; ECX, EAX), there may be no stack. */
	.globl longjmp_registers
longjmp_registers:
	testl %eax, %eax
	jnz 1f
	incl %eax		/* 7.13.2.1: the value 0 arrives as 1 */
1:	movq 0(%rdi), %rbx
	movq 8(%rdi), %rbp
	movq 16(%rdi), %r12
	movq 24(%rdi), %r13
	movq 32(%rdi), %r14
	movq 40(%rdi), %r15
	movq 48(%rdi), %rsp
	jmpq *56(%rdi)
	.size longjmp, . - longjmp
#else
	.globl setjmp
	.type setjmp, %function
setjmp:
	movl 4(%esp), %ecx
	movl (%esp), %eax
	movl %ebx, 0(%ecx)
	movl %ebp, 4(%ecx)
	movl %esi, 8(%ecx)
	movl %edi, 12(%ecx)
	leal 4(%esp), %edx
	movl %edx, 16(%ecx)
	movl %eax, 20(%ecx)
	xorl %eax, %eax
	ret
	.size setjmp, . - setjmp

	.globl longjmp
	.type longjmp, %function
longjmp:
	movl 4(%esp), %ecx
	movl 8(%esp), %eax
	.globl longjmp_registers
longjmp_registers:
	testl %eax, %eax
	jnz 1f
	incl %eax
1:	movl 0(%ecx), %ebx
	movl 4(%ecx), %ebp
	movl 8(%ecx), %esi
	movl 12(%ecx), %edi
	movl 16(%ecx), %esp
	jmpl *20(%ecx)
	.size longjmp, . - longjmp
#endif
