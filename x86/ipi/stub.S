/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What startup.c has CPUs start at, copied to the beginning of a page of low memory: notes all registers before it changes
 * them, counts, and halts for ever. The data at its end is struct startup of startup.c.
 */
	.section .rodata.startup_stub, "a", %progbits
	.code16
	.globl startup_stub, startup_stub_data, startup_stub_end

.macro save reg, n
	movl %\reg, %cs:startup_stub_data - startup_stub + 4 * \n
.endm

startup_stub:
	save eax, 1
	save ebx, 2
	save ecx, 3
	save edx, 4
	save esi, 5
	save edi, 6
	save ebp, 7
	save esp, 8
	movl %cr0, %eax
	save eax, 10
	movl %cr2, %eax
	save eax, 11
	movl %cr3, %eax
	save eax, 12
	movl %cr4, %eax
	save eax, 13
	xorl %ebx, %ebx
	movw %ss, %bx
	save ebx, 16
	movw %ds, %bx
	save ebx, 15
	movw %cs, %bx
	save ebx, 14
	/* XOR has changed the flags' arithmetic bits; it leaves what matters here: IF, TF, DF, IOPL and so on. */
	movw %bx, %ss
	movl $0x1000, %esp
	pushfl
	popl %eax
	save eax, 9
	lock
	incl %cs:startup_stub_data - startup_stub
1:	cli
	hlt
	jmp 1b
	.p2align 2
startup_stub_data:
	.fill 17, 4, 0
startup_stub_end:
