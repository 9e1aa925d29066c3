/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Into S3 and back (ACPI 6.5, section 5.2.10: real mode, CS the vector shifted right by 4, IP its
 * low 4 bits, A20 enabled). The image is copied before, and behind it compared and copied back:
 * a machine that loads it anew at each reset must not take the records with it.
 */
#include "x86/selectors.h"
#include "s3_test.h"

#define AT(symbol)	(WAKE_VECTOR + symbol - wake_start)
#define RTC_INDEX	0x70
#define RTC_DATA	0x71
#define REG_C		0x0c
#define SLEEP_TRIES	5000000		/* seconds */

	.text
	.globl sleep_and_wake
	.type sleep_and_wake, %function
sleep_and_wake:
#ifdef __x86_64__
	pushq %rbx
	pushq %rbp
	pushq %r12
	pushq %r13
	pushq %r14
	pushq %r15
#else
	pushl %ebx
	pushl %ebp
	pushl %esi
	pushl %edi
#endif
	movl %esp, WAKE + WAKE_SP
	/* From here to the end nothing is written but to the page at WAKE. */
	movl $image_start, %esi
	movl WAKE + WAKE_COPY, %edi
	movl WAKE + WAKE_WORDS, %ecx
	rep movsl
	wbinvd			/* section 16.2: caches are not kept */
	/* An alarm that came during all that would not come again until C is read. */
	movb $REG_C, %al
	outb %al, $RTC_INDEX
	inb $RTC_DATA, %al
	movl WAKE + WAKE_PM1A, %edx
	movl WAKE + WAKE_VALUE_A, %eax
	outw %ax, %dx
	movl WAKE + WAKE_PM1B, %edx
	testl %edx, %edx
	jz 1f
	movl WAKE + WAKE_VALUE_B, %eax
	outw %ax, %dx
	/* Reading C lets an alarm that came too early come again with the next second. */
1:	movl $SLEEP_TRIES, %ecx
2:	movb $REG_C, %al
	outb %al, $RTC_INDEX
	inb $RTC_DATA, %al
	decl %ecx
	jnz 2b
	xorl %eax, %eax
	jmp 4f

awake:
#ifdef __x86_64__
	.code64
#endif
	movl WAKE + WAKE_SP, %esp
	movl $1, %eax
4:
#ifdef __x86_64__
	popq %r15
	popq %r14
	popq %r13
	popq %r12
	popq %rbp
	popq %rbx
#else
	popl %edi
	popl %esi
	popl %ebp
	popl %ebx
#endif
	ret

	.section .rodata.wake, "a", %progbits
	.code16
	.globl wake_start, wake_end
wake_start:
	movw $(WAKE >> 4), %ax
	movw %ax, %ds
	movw %ax, %ss
	movw $WAKE_STACK, %sp
	cli
	cld
	call 1f
1:	popw %ax
	subw $(1b - wake_start), %ax
	movw %ax, WAKE_FOUND_IP
	movw %cs, %ax
	movw %ax, WAKE_FOUND_CS
	movl %cr0, %eax
	movl %eax, WAKE_FOUND_CR0
	lgdtl WAKE_CODE + wake_gdt_pointer - wake_start
	orb $1, %al
	movl %eax, %cr0
	ljmpl $KERNEL_CS32, $AT(2f)
	.code32
2:	movl $KERNEL_DS, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
	xorl %eax, %eax
	movl %eax, %fs
	movl %eax, %gs

	/* With A20 held low, the word 1 MiB above is this one. */
	movl WAKE + WAKE_FOUND_A20 + 0x100000, %eax
	notl %eax
	movl %eax, WAKE + WAKE_FOUND_A20
	cmpl %eax, WAKE + WAKE_FOUND_A20 + 0x100000
	setne %al
	movzbl %al, %eax
	movl %eax, WAKE + WAKE_FOUND_A20

	movl WAKE + WAKE_COPY, %esi
	movl $image_start, %edi
	movl WAKE + WAKE_WORDS, %ecx
	xorl %eax, %eax
	repe cmpsl
	je 3f
	leal -4(%edi), %eax
3:	movl %eax, WAKE + WAKE_FOUND_CHANGED
	movl WAKE + WAKE_COPY, %esi
	movl $image_start, %edi
	movl WAKE + WAKE_WORDS, %ecx
	rep movsl

	movl WAKE + WAKE_CR4, %eax
	movl %eax, %cr4
	movl WAKE + WAKE_CR3, %eax
	movl %eax, %cr3
	movl WAKE + WAKE_EFER, %eax
	testl %eax, %eax
	jz 4f
	xorl %edx, %edx
	movl $0xc0000080, %ecx
	wrmsr
4:	movl WAKE + WAKE_CR0, %eax
	movl %eax, %cr0
	ljmpl $KERNEL_CS, $awake
	.p2align 3
wake_gdt:
	.quad 0
#ifdef __x86_64__
	.quad 0x00af9b000000ffff	/* KERNEL_CS */
#else
	.quad 0x00cf9b000000ffff
#endif
	.quad 0x00cf93000000ffff	/* KERNEL_DS */
	.quad 0
	.quad 0x00cf9b000000ffff	/* KERNEL_CS32 */
wake_gdt_pointer:
	.word . - wake_gdt - 1
	.long AT(wake_gdt)
wake_end:
