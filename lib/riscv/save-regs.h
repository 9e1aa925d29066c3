/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For assembly: an instruction for each register of struct pt_regs at sp, but for sp and tp, which
 * are special.
 */
	.macro each_register insn
	\insn x1, PT_X(1)(sp)
	\insn x3, PT_X(3)(sp)
	.irp n, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26
	\insn x\n, PT_X(\n)(sp)
	.endr
	.irp n, 27, 28, 29, 30, 31
	\insn x\n, PT_X(\n)(sp)
	.endr
	.endm
