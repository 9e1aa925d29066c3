/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setjmp() and longjmp() (C11 7.13): what the calling convention preserves (ELFv2 ABI 1.4,
 * section 2.2.1.1).
 */
	.text

	.macro each insn
	\insn 1, 0(3)
	\insn 2, 8(3)
	.irp n, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	\insn \n, (\n - 12) * 8(3)
	.endr
	.endm

	.globl setjmp
	.type setjmp, %function
setjmp:
	each std
	mflr 4
	std 4, 160(3)
	mfcr 4
	std 4, 168(3)
	li 3, 0
	blr
	.size setjmp, . - setjmp

	.globl longjmp
	.type longjmp, %function
longjmp:
	each ld
	ld 5, 160(3)
	mtlr 5
	ld 5, 168(3)
	mtcrf 0x38, 5		/* CR2 to CR4 */
	mr. 3, 4
	bnelr
	li 3, 1			/* 7.13.2.1: the value 0 arrives as 1 */
	blr
	.size longjmp, . - longjmp
