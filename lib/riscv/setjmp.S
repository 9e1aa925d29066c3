/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setjmp() and longjmp() (C11 7.13): what the calling convention preserves (RISC-V psABI 1.0,
 * table 18.2).
 */
	.text
	.option norelax

	.macro each insn
	\insn ra, 0(a0)
	\insn sp, 8(a0)
	\insn s0, 16(a0)
	\insn s1, 24(a0)
	\insn s2, 32(a0)
	\insn s3, 40(a0)
	\insn s4, 48(a0)
	\insn s5, 56(a0)
	\insn s6, 64(a0)
	\insn s7, 72(a0)
	\insn s8, 80(a0)
	\insn s9, 88(a0)
	\insn s10, 96(a0)
	\insn s11, 104(a0)
	.endm

	.globl setjmp
	.type setjmp, %function
setjmp:
	each sd
	li a0, 0
	ret
	.size setjmp, . - setjmp

	.globl longjmp
	.type longjmp, %function
longjmp:
	each ld
	seqz a0, a1		/* 7.13.2.1: the value 0 arrives as 1 */
	add a0, a0, a1
	ret
	.size longjmp, . - longjmp
