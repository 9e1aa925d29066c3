/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry of all 256 vectors, from any ring, in any depth: makes a struct ex_regs (exceptions.h), calls
 * exception_dispatch() and returns by IRET. No FPU or SSE register is touched, nor is GS. Then the ways into and out
 * of ring 3, and the double fault's task of i386. SDM volume 3, sections 6.12 to 6.14.
 */
#include "x86/selectors.h"
#include "x86/vectors.h"

	.text
	/* 4 KiB from a multiple of 4 KiB on: build_idt() relies on it. */
	.p2align 12
	.globl exception_stubs
exception_stubs:
	.set vector, 0
	.rept 256
	.p2align 4
	.set pushes_code, 0
	.if vector < 32
	.set pushes_code, (VECTORS_WITH_ERROR_CODE >> vector) & 1
	.endif
#ifdef __x86_64__
	.if pushes_code == 0
	pushq $0
	.endif
	pushq $vector
#else
	.if pushes_code == 0
	pushl $0
	.endif
	pushl $vector
#endif
	jmp common_entry
	.set vector, vector + 1
	.endr
	.p2align 4

#ifdef __x86_64__
#define RIP_OFFSET	144	/* of struct ex_regs: exceptions.c checks it */

common_entry:
	cld
	pushq %r15
	pushq %r14
	pushq %r13
	pushq %r12
	pushq %r11
	pushq %r10
	pushq %r9
	pushq %r8
	pushq %rdi
	pushq %rsi
	pushq %rbp
	pushq %rsp
	pushq %rbx
	pushq %rdx
	pushq %rcx
	pushq %rax
	movq %rsp, %rdi
	/* A frame as if the interrupted instruction had called, so that stack traces cross the exception. */
	pushq RIP_OFFSET(%rdi)
	pushq %rbp
	movq %rsp, %rbp
	call exception_dispatch
	addq $16, %rsp
	popq %rax
	popq %rcx
	popq %rdx
	popq %rbx
	leaq 8(%rsp), %rsp
	popq %rbp
	popq %rsi
	popq %rdi
	popq %r8
	popq %r9
	popq %r10
	popq %r11
	popq %r12
	popq %r13
	popq %r14
	popq %r15
	addq $16, %rsp
	iretq

/*
 * void enter_user_mode(const struct user_entry *entry, void *kernel_sp_slot): leaves for ring 3 and does not return; the
 * next entry from ring 3 uses the stack below this frame.
 */
	.globl enter_user_mode
	.type enter_user_mode, %function
enter_user_mode:
	movq %rsp, (%rsi)
	pushq $USER_DS
	pushq 8(%rdi)		/* stack */
	pushfq
	pushq $USER_CS
	pushq $user_start
	movq 0(%rdi), %rax	/* function */
	movq 24(%rdi), %rsi
	movq 32(%rdi), %rdx
	movq 40(%rdi), %rcx
	movq 16(%rdi), %rdi
	xorl %ebp, %ebp
	iretq

user_start:
	call *%rax
	.globl user_return
user_return:
	int $RET_TO_KERNEL_IRQ

/* void enter_gate(unsigned long address): what an interrupt to that handler does, less the priority and the INT. */
	.globl enter_gate
	.type enter_gate, %function
enter_gate:
	movq %rsp, %rax
	andq $-16, %rsp		/* section 6.14.2 */
	pushq $KERNEL_DS
	pushq %rax
	pushfq
	cli
	pushq $KERNEL_CS
	call *%rdi
	ret			/* the IRETQ comes here, with the stack as it was */

/* Where catch_exception() sends a CPU: longjmp(rdi, rsi) in the state that IRET made, with any stack. */
	.globl catch_landing
catch_landing:
	movl %esi, %eax
	jmp longjmp_registers
#else
#define RIP_OFFSET	40	/* of struct ex_regs: exceptions.c checks it */

common_entry:
	cld
	pushl %edi
	pushl %esi
	pushl %ebp
	pushl %esp
	pushl %ebx
	pushl %edx
	pushl %ecx
	pushl %eax
	movl %esp, %esi
	/* Data segments are whatever the interrupted code had. */
	pushl %ds
	pushl %es
	movl $KERNEL_DS, %eax
	movl %eax, %ds
	movl %eax, %es
	pushl RIP_OFFSET(%esi)
	pushl %ebp
	movl %esp, %ebp
	pushl %esi
	call exception_dispatch
	addl $12, %esp
	popl %es
	popl %ds
	popl %eax
	popl %ecx
	popl %edx
	popl %ebx
	leal 4(%esp), %esp
	popl %ebp
	popl %esi
	popl %edi
	/*
	 * KVM's emulator has no IRET for protected mode, and there are KVMs that run ring 0 in it. Back to ring 0 with
	 * no flag that only IRET can load (TF, NT, RF, VM), POPF and LRET do the same; but not for an NMI, since
	 * only IRET lets the next one in (section 6.7.1).
	 */
	cmpl $NMI_VECTOR, (%esp)
	leal 8(%esp), %esp
	je 1f
	testb $3, 4(%esp)
	jnz 1f
	testl $0x34100, 8(%esp)
	jnz 1f
	pushl 8(%esp)
	popfl
	lretl $4
1:	iretl

/*
 * void enter_user_mode(const struct user_entry *entry, void *kernel_sp_slot): as above; the arguments go on the user's
 * stack, where the caller left room.
 */
	.globl enter_user_mode
	.type enter_user_mode, %function
enter_user_mode:
	movl 4(%esp), %edi
	movl 8(%esp), %esi
	movl %esp, (%esi)
	pushl $USER_DS
	pushl 4(%edi)		/* stack */
	pushfl
	pushl $USER_CS
	pushl $user_start
	movl 0(%edi), %eax	/* function */
	xorl %ebp, %ebp
	movl $USER_DS, %edx
	movl %edx, %ds
	movl %edx, %es
	iretl

user_start:
	call *%eax
	.globl user_return
user_return:
	int $RET_TO_KERNEL_IRQ

	.globl enter_gate
	.type enter_gate, %function
enter_gate:
	movl 4(%esp), %eax
	pushfl
	cli
	pushl $KERNEL_CS
	call *%eax
	ret

/* As above, with longjmp()'s arguments in EDI and ESI; the segments may be the user's. */
	.globl catch_landing
catch_landing:
	movl $KERNEL_DS, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %edi, %ecx
	movl %esi, %eax
	jmp longjmp_registers

	.globl double_fault_entry
double_fault_entry:
	addl $4, %esp		/* the error code, always 0 */
	call double_fault_task
	iretl
	/* A task goes on where it left off. */
	jmp double_fault_entry
#endif
