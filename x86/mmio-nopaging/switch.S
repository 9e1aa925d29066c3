/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From long or protected mode to 32-bit protected mode without paging, through a piece of code, and
 * back (SDM volume 3, sections 10.8.5.4 and 2.5). Works on any CPU whose stack is mapped one to one
 * below 4 GiB.
 */
#include "x86/selectors.h"
#include "nopaging.h"

#define LOW(symbol)	(symbol - nopaging_low_start)
#define CODE16_SEL	FIRST_SPARE_SEL		/* base NOPAGING_LOW: set by run.c */
#define CR0_PG	0x80000000

	.text
	.globl nopaging_switch
	.type nopaging_switch, %function
nopaging_switch:
#ifdef __x86_64__
	pushq %rbx
	pushq %rbp
	pushq %r12
	pushq %r13
	pushq %r14
	pushq %r15
	pushfq
	cli
	subq $16, %rsp
	sidt (%rsp)
	lidt idt_pointer
	movl %edi, %ebx
	pushq $KERNEL_CS32
	leaq 1f(%rip), %rax
	pushq %rax
	lretq
	.code32
1:	movl $KERNEL_DS, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
#else
	pushl %ebx
	pushl %ebp
	pushl %esi
	pushl %edi
	pushfl
	cli
	movl 24(%esp), %ebx
	subl $16, %esp
	sidtl (%esp)
	lidtl idt_pointer
#endif
	/*
	 * EBX: the struct nopaging. Out of long mode, or of paging, with the CR3 and CR4 that it
	 * wants.
	 */
	movl %cr4, %eax
	pushl %eax
	movl %cr3, %eax
	pushl %eax
	movl %cr0, %eax
	pushl %eax
	movl %esp, NOPAGING_SP(%ebx)
	andl $~CR0_PG, %eax
	movl %eax, %cr0
	movl NOPAGING_CR4(%ebx), %eax
	movl %eax, %cr4
	movl NOPAGING_CR3(%ebx), %eax
	movl %eax, %cr3

	/* The code ends by RET. */
	pushl $done
	pushl NOPAGING_CODE(%ebx)
	movl NOPAGING_SLOT(%ebx), %ebp
	movl NOPAGING_EAX(%ebx), %eax
	movl NOPAGING_ECX(%ebx), %ecx
	movl NOPAGING_EDX(%ebx), %edx
	movl NOPAGING_ESI(%ebx), %esi
	movl NOPAGING_EDI(%ebx), %edi
	ret

done:	pushfl
	pushl %eax
	call find_state
	popl NOPAGING_EAX(%eax)
	popl NOPAGING_EFLAGS(%eax)
	movl %ecx, NOPAGING_ECX(%eax)
	movl %edx, NOPAGING_EDX(%eax)
	movl %esi, NOPAGING_ESI(%eax)
	movl %edi, NOPAGING_EDI(%eax)
	movl %eax, %ebx

leave_nopaging:
	cld
	movl NOPAGING_SP(%ebx), %esp
	popl %ecx
	popl %edx
	popl %eax
	movl %eax, %cr4
	movl %edx, %cr3
	movl %ecx, %cr0
	ljmpl $KERNEL_CS, $2f
#ifdef __x86_64__
	.code64
2:	movl %esp, %esp		/* the upper half does not survive 32-bit mode for sure */
	lidt (%rsp)
	addq $16, %rsp
	popfq
	popq %r15
	popq %r14
	popq %r13
	popq %r12
	popq %rbp
	popq %rbx
	ret
	.code32
#else
2:	lidtl (%esp)
	addl $16, %esp
	popfl
	popl %edi
	popl %esi
	popl %ebp
	popl %ebx
	ret
#endif

	/* EAX: this CPU's struct nopaging, by the task register (selectors.h). Changes flags. */
find_state:
	str %eax
	shrl $2, %eax
	movl nopaging_states - (TSS_MAIN >> 2)(%eax), %eax
	ret

	/* Exceptions: 8 bytes each. They do not return, they end the code. */
	.p2align 3
	.globl nopaging_stubs
nopaging_stubs:
	.set vector, 0
	.rept NOPAGING_STUBS
	.p2align 3
	pushl $vector
	jmp exception
	.set vector, vector + 1
	.endr
exception:
	popl %ecx
	call find_state
	movl %ecx, NOPAGING_EXCEPTION(%eax)
	movl %eax, %ebx
	jmp leave_nopaging

	/*
	 * A code as any other: runs what is meant for real mode, which is at EBP in low memory.
	 * Data segments and stack keep the limits of 4 GiB that protected mode gave them (only a
	 * load changes them: section 3.4.3).
	 */
	.globl nopaging_real
nopaging_real:
	lidtl real_idt_pointer
	ljmpl $CODE16_SEL, $LOW(leave_protected)
protected_again:
	lidtl idt_pointer
	popfl
	ret
protected_exception:
	lidtl idt_pointer
	movzwl %bp, %ecx
	pushl %ecx
	jmp exception

	.section .rodata
	.globl nopaging_low_start, nopaging_low_end, nopaging_low_stubs, nopaging_low_done
	.code16
nopaging_low_start:
leave_protected:
	movl %cr0, %ebx
	andb $0xfe, %bl
	movl %ebx, %cr0
	ljmpw $(NOPAGING_LOW >> 4), $LOW(in_real)
in_real:
	jmp *%bp
nopaging_low_done:
	pushfl
	movl %cr0, %ebx
	orb $1, %bl
	movl %ebx, %cr0
	ljmpl $KERNEL_CS32, $protected_again
low_exception:
	popw %bp
	movl %cr0, %ebx
	orb $1, %bl
	movl %ebx, %cr0
	ljmpl $KERNEL_CS32, $protected_exception
	.p2align 3
nopaging_low_stubs:
	.set vector, 0
	.rept NOPAGING_STUBS
	.p2align 3
	pushw $vector
	jmp low_exception
	.set vector, vector + 1
	.endr
nopaging_low_end:

	.p2align 3
real_idt_pointer:
	.word 4 * NOPAGING_STUBS - 1
	.long NOPAGING_LOW + NOPAGING_IVT
	.p2align 3
idt_pointer:
	.word 8 * NOPAGING_STUBS - 1
#ifdef __x86_64__
	.quad nopaging_idt
#else
	.long nopaging_idt
#endif
