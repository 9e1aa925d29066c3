/* SPDX-License-Identifier: BSD-2-Clause */
/* smccc_hvc() and smccc_smc(): X0 to X17 in and out of a struct smccc_regs. DEN0028, section 2.6. */

	.text
	.macro conduit name, insn
	.globl \name
	.type \name, %function
\name:
	stp x29, x30, [sp, #-32]!
	mov x29, sp
	stp x19, x20, [sp, #16]
	mov x19, x0
	ldp x16, x17, [x19, #128]
	ldp x14, x15, [x19, #112]
	ldp x12, x13, [x19, #96]
	ldp x10, x11, [x19, #80]
	ldp x8, x9, [x19, #64]
	ldp x6, x7, [x19, #48]
	ldp x4, x5, [x19, #32]
	ldp x2, x3, [x19, #16]
	ldp x0, x1, [x19, #0]
	\insn #0
	stp x0, x1, [x19, #0]
	stp x2, x3, [x19, #16]
	stp x4, x5, [x19, #32]
	stp x6, x7, [x19, #48]
	stp x8, x9, [x19, #64]
	stp x10, x11, [x19, #80]
	stp x12, x13, [x19, #96]
	stp x14, x15, [x19, #112]
	stp x16, x17, [x19, #128]
	ldp x19, x20, [sp, #16]
	ldp x29, x30, [sp], #32
	ret
	.size \name, . - \name
	.endm

	conduit smccc_hvc, hvc
	conduit smccc_smc, smc
