/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hcall() and hcall_regs(): SC with LEV 1. PAPR's registers are those of a function call: number
 * in r3, arguments in r4 and up, r0, r3 to r12, CTR, XER and CR0, 1, 5 to 7 volatile (LoPAR 1.1,
 * section 14.5.3). More than seven arguments: hcall_regs().
 */
	.text
	.globl hcall
	.type hcall, %function
hcall:
	/* The ninth and tenth word: in the caller's parameter save area, behind the first eight. */
	ld 11, 96(1)
	ld 12, 104(1)
	sc 1
	blr
	.size hcall, . - hcall

	.globl hcall_regs
	.type hcall_regs, %function
hcall_regs:
	std 3, -8(1)
	mr 0, 3
	mr 12, 3
	.irp n, 3, 4, 5, 6, 7, 8, 9, 10, 11
	ld \n, (\n - 3) * 8(12)
	.endr
	ld 12, 72(12)
	sc 1
	std 12, -16(1)
	ld 12, -8(1)
	.irp n, 3, 4, 5, 6, 7, 8, 9, 10, 11
	std \n, (\n - 3) * 8(12)
	.endr
	ld 11, -16(1)
	std 11, 72(12)
	blr
	.size hcall_regs, . - hcall_regs
