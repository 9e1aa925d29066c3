/* SPDX-License-Identifier: BSD-2-Clause */
/* setjmp() and longjmp() (C11 7.13): r6 to r15, which the s390x ELF ABI supplement preserves over calls. */
	.text
	.globl setjmp
	.type setjmp, %function
setjmp:
	stmg %r6, %r15, 0(%r2)
	lghi %r2, 0
	br %r14
	.size setjmp, . - setjmp

	.globl longjmp
	.type longjmp, %function
longjmp:
	lmg %r6, %r15, 0(%r2)
	lgfr %r2, %r3
	ltgr %r2, %r2
	jne 1f
	lghi %r2, 1		/* 7.13.2.1: the value 0 arrives as 1 */
1:	br %r14
	.size longjmp, . - longjmp
