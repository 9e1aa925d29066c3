/* SPDX-License-Identifier: BSD-2-Clause */
/* smccc_hvc() and smccc_smc(): R0 to R7 in and out of a struct smccc_regs. DEN0028, section 2.6. */

	.text
	.arm
	.arch_extension sec
	.arch_extension virt
	.macro conduit name, insn
	.globl \name
	.type \name, %function
\name:
	push {r4-r8, lr}
	mov r8, r0
	ldmia r8, {r0-r7}
	\insn #0
	stmia r8, {r0-r7}
	pop {r4-r8, pc}
	.size \name, . - \name
	.endm

	conduit smccc_hvc, hvc
	conduit smccc_smc, smc
