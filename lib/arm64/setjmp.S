/* SPDX-License-Identifier: BSD-2-Clause */
/* setjmp() and longjmp(): see lib/setjmp.h. What is preserved: AAPCS64, section 6.1.1. */

	.text
	.globl setjmp
	.type setjmp, %function
setjmp:
	stp x19, x20, [x0, #0]
	stp x21, x22, [x0, #16]
	stp x23, x24, [x0, #32]
	stp x25, x26, [x0, #48]
	stp x27, x28, [x0, #64]
	stp x29, x30, [x0, #80]
	mov x1, sp
	str x1, [x0, #96]
	mov w0, wzr
	ret
	.size setjmp, . - setjmp

	.globl longjmp
	.type longjmp, %function
longjmp:
	ldp x19, x20, [x0, #0]
	ldp x21, x22, [x0, #16]
	ldp x23, x24, [x0, #32]
	ldp x25, x26, [x0, #48]
	ldp x27, x28, [x0, #64]
	ldp x29, x30, [x0, #80]
	ldr x2, [x0, #96]
	mov sp, x2
	cmp w1, #0			/* C11 7.13.2.1: the value 0 arrives as 1 */
	csinc w0, w1, wzr, ne
	ret
	.size longjmp, . - longjmp
