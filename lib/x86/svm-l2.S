/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * L2's interrupt handlers (svm.h): each tells L1 by VMMCALL, with the vector on the stack below
 * what the CPU has pushed. 16 bytes each; svm.c knows the layout, and continues at the ADDQ or the
 * IRETQ.
 */
#ifdef __x86_64__
	.text
	.p2align 4
	.globl l2_stubs
l2_stubs:
	.set vector, 0
	.rept 256
	.p2align 4
	pushq $vector
	vmmcall
	addq $8, %rsp
	iretq
	.set vector, vector + 1
	.endr
	.p2align 4
#endif
