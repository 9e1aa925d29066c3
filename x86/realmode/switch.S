/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From protected or long mode to real-address mode, with the registers of a struct real_regs, and back (SDM volume 3, sections 10.8.5.4
 * and 10.9). The part between real_blob_start and real_blob_end runs in low memory, at REAL_BASE, where run.c copies it.
 */
#include "x86/selectors.h"
#include "realmode.h"

#define LOW(symbol)	(symbol - real_blob_start)
#define CODE16_SEL	FIRST_SPARE_SEL		/* base REAL_BASE: set by run.c */
#define CR0_PE		1
#define CR0_PG		0x80000000
#define EFER		0xc0000080
#define EFER_LME	0x100

	.text
	.globl real_switch
	.type real_switch, %function
real_switch:
#ifdef __x86_64__
	pushq %rbx
	pushq %rbp
	pushq %r12
	pushq %r13
	pushq %r14
	pushq %r15
	pushfq
	cli
	movq %rsp, saved_sp
	sidt saved_idt
	ljmpl *entry
real_back:
	movq saved_sp, %rsp
	lidt saved_idt
	popfq
	popq %r15
	popq %r14
	popq %r13
	popq %r12
	popq %rbp
	popq %rbx
	ret
#else
	pushl %ebx
	pushl %ebp
	pushl %esi
	pushl %edi
	pushfl
	cli
	movl %esp, saved_sp
	sidtl saved_idt
	ljmpl *entry
real_back:
	movl saved_sp, %esp
	lidtl saved_idt
	popfl
	popl %edi
	popl %esi
	popl %ebp
	popl %ebx
	ret
#endif

	.data
	.p2align 3
saved_sp:
	.quad 0
saved_idt:
	.skip 10
entry:
	.long REAL_BASE + LOW(enter_real), KERNEL_CS32

	.section .rodata
	.p2align 4
	.globl real_blob_start, real_blob_end, real_blob_regs
real_blob_start:
	.code32
enter_real:
	movl $KERNEL_DS, %eax
	movl %eax, %ds
#ifdef __x86_64__
	movl %cr0, %eax
	andl $~CR0_PG, %eax
	movl %eax, %cr0
	movl $EFER, %ecx
	rdmsr
	andl $~EFER_LME, %eax
	wrmsr
#endif
	lidtl REAL_BASE + LOW(real_idt)
	ljmpl $CODE16_SEL, $LOW(leave_protected)

	.code16
leave_protected:
	movw $KERNEL_DS16, %ax
	movw %ax, %ds
	movw %ax, %es
	movw %ax, %fs
	movw %ax, %gs
	movw %ax, %ss
	movl %cr0, %eax
	andb $~CR0_PE, %al
	movl %eax, %cr0
	ljmpw $REAL_CS, $LOW(in_real)
in_real:
	movw %cs, %ax
	movw %ax, %ds
	movw LOW(real_ss), %ss
	movl LOW(real_esp), %esp
	pushl LOW(real_eflags)
	popfl
	movw LOW(real_es), %es
	movw LOW(real_fs), %fs
	movw LOW(real_gs), %gs
	movl LOW(real_eax), %eax
	movl LOW(real_ebx), %ebx
	movl LOW(real_ecx), %ecx
	movl LOW(real_edx), %edx
	movl LOW(real_esi), %esi
	movl LOW(real_edi), %edi
	movl LOW(real_ebp), %ebp
	movw LOW(real_ds), %ds
	jmp real_blob_start + BLOCK_OFFSET

	/* Where the block jumps to, and its exceptions. Real mode can write by CS. Flags last: nothing here changes them. */
	.globl real_done
real_done:
	movl %eax, %cs:LOW(real_eax)
	movl %ebx, %cs:LOW(real_ebx)
	movl %ecx, %cs:LOW(real_ecx)
	movl %edx, %cs:LOW(real_edx)
	movl %esi, %cs:LOW(real_esi)
	movl %edi, %cs:LOW(real_edi)
	movl %ebp, %cs:LOW(real_ebp)
	movl %esp, %cs:LOW(real_esp)
	movw %ds, %cs:LOW(real_ds)
	movw %es, %cs:LOW(real_es)
	movw %fs, %cs:LOW(real_fs)
	movw %gs, %cs:LOW(real_gs)
	movw %ss, %cs:LOW(real_ss)
	movw $REAL_SS, %ax
	movw %ax, %ss
	movl $0xff00, %esp
	pushfl
	popl %cs:LOW(real_eflags)
	cli
	cld
	movl %cr0, %eax
	orb $CR0_PE, %al
	movl %eax, %cr0
	ljmpl $KERNEL_CS32, $REAL_BASE + LOW(protected_again)

	.code32
protected_again:
	movl $KERNEL_DS, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
	xorl %eax, %eax
	movl %eax, %fs
	movl %eax, %gs
#ifdef __x86_64__
	movl $EFER, %ecx
	rdmsr
	orl $EFER_LME, %eax
	wrmsr
	movl %cr0, %eax
	orl $CR0_PG, %eax
	movl %eax, %cr0
#endif
	ljmpl $KERNEL_CS, $real_back

	/* Exceptions: 8 bytes each. The vector and the saved CS:IP go where the registers go, the saved flags become flags. */
	.code16
	.p2align 3
	.globl real_stubs
real_stubs:
	.set vector, 0
	.rept 32
	.p2align 3
	pushw $vector
	jmp exception
	.set vector, vector + 1
	.endr
	.p2align 3
exception:
	popw %cs:LOW(real_exception)
	popw %cs:LOW(real_ip)
	popw %cs:LOW(real_saved_cs)
	popfw
	jmp real_done

	.p2align 2
real_idt:
	.word 0x3ff
	.long REAL_BASE + 0x1000
	.p2align 2
real_blob_regs:
real_eax:	.long 0
real_ebx:	.long 0
real_ecx:	.long 0
real_edx:	.long 0
real_esi:	.long 0
real_edi:	.long 0
real_ebp:	.long 0
real_esp:	.long 0
real_eflags:	.long 0
real_ds:	.word 0
real_es:	.word 0
real_fs:	.word 0
real_gs:	.word 0
real_ss:	.word 0
real_exception:	.word 0
real_ip:	.word 0
real_saved_cs:	.word 0
real_blob_end:
