/* SPDX-License-Identifier: BSD-2-Clause */
/* setjmp() and longjmp(): see lib/setjmp.h. What is preserved: AAPCS32, section 6.1.1. */

	.text
	.arm
	.globl setjmp
	.type setjmp, %function
setjmp:
	mov ip, sp
	stmia r0, {r4-r11, ip, lr}
	mov r0, #0
	bx lr
	.size setjmp, . - setjmp

	.globl longjmp
	.type longjmp, %function
longjmp:
	ldmia r0, {r4-r11, ip, lr}
	mov sp, ip
	movs r0, r1			/* C11 7.13.2.1: the value 0 arrives as 1 */
	moveq r0, #1
	bx lr
	.size longjmp, . - longjmp
