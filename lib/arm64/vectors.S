/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The exception vectors (Arm ARM, section D1.3.1): each makes a struct pt_regs on SP_EL1, calls exception_dispatch(vector,
 * regs) and returns by ERET. Before a word is stored, SP_EL1 is tried by an address translation: where it is not
 * writable (a stack overflow), this CPU's emergency stack takes its place. FP registers are left alone: the library is
 * compiled without them.
 */
#include "asm/ptrace.h"

	.text
	.p2align 11
	.globl exception_vectors
exception_vectors:
	.set vector, 0
	.rept 16
	.p2align 7
	msr tpidrro_el0, x0		/* EL0 may read it, nobody relies on it */
	sub x0, sp, #PT_SIZE
	at s1e1w, x0
	isb
	mrs x0, par_el1
	tbnz x0, #0, 1f
	mrs x0, tpidrro_el0
2:	sub sp, sp, #PT_SIZE
	stp x0, x1, [sp]
	mov x0, #vector
	b save
1:	bl emergency			/* this loses X30 */
	b 2b
	.set vector, vector + 1
	.endr
	.p2align 7

save:
	stp x2, x3, [sp, #16]
	stp x4, x5, [sp, #32]
	stp x6, x7, [sp, #48]
	stp x8, x9, [sp, #64]
	stp x10, x11, [sp, #80]
	stp x12, x13, [sp, #96]
	stp x14, x15, [sp, #112]
	stp x16, x17, [sp, #128]
	stp x18, x19, [sp, #144]
	stp x20, x21, [sp, #160]
	stp x22, x23, [sp, #176]
	stp x24, x25, [sp, #192]
	stp x26, x27, [sp, #208]
	stp x28, x29, [sp, #224]
	mrs x2, sp_el0
	add x3, sp, #PT_SIZE
	lsr x4, x0, #2			/* vectors 4 to 7 came on SP_EL1 */
	cmp x4, #1
	csel x2, x3, x2, eq
	stp x30, x2, [sp, #240]
	mrs x2, elr_el1
	mrs x3, spsr_el1
	stp x2, x3, [sp, #PT_PC]
	mov x1, sp
	mov x19, sp
	mov x20, x4
	mov x29, xzr			/* the trace goes on from regs */
	bl exception_dispatch
	mov sp, x19
	cmp x20, #1
	b.eq 1f
	ldr x2, [sp, #PT_SP]
	msr sp_el0, x2
1:	ldp x2, x3, [sp, #PT_PC]
	msr elr_el1, x2
	msr spsr_el1, x3
	ldr x30, [sp, #240]
	ldp x28, x29, [sp, #224]
	ldp x26, x27, [sp, #208]
	ldp x24, x25, [sp, #192]
	ldp x22, x23, [sp, #176]
	ldp x20, x21, [sp, #160]
	ldp x18, x19, [sp, #144]
	ldp x16, x17, [sp, #128]
	ldp x14, x15, [sp, #112]
	ldp x12, x13, [sp, #96]
	ldp x10, x11, [sp, #80]
	ldp x8, x9, [sp, #64]
	ldp x6, x7, [sp, #48]
	ldp x4, x5, [sp, #32]
	ldp x2, x3, [sp, #16]
	ldp x0, x1, [sp]
	add sp, sp, #PT_SIZE
	eret

	/*
	 * Sets SP to this CPU's emergency stack. X30, which the call overwrote, is lost to the report: the only register.
	 */
emergency:
	msr tpidr_el0, x1
	mrs x0, tpidr_el1
	adrp x1, emergency_stacks
	add x1, x1, :lo12:emergency_stacks
	ldr x0, [x1, x0, lsl #3]
	mov sp, x0
	mrs x0, tpidrro_el0
	mrs x1, tpidr_el0
	ret

	/* void enter_user(pc, arg, sp, pstate): to EL0, or EL1; never returns. What the function returns to is an SVC. */
	.globl enter_user
enter_user:
	msr elr_el1, x0
	msr spsr_el1, x3
	msr sp_el0, x2
	mov x0, x1
	mov x29, xzr
	adrp x30, user_end
	add x30, x30, :lo12:user_end
	eret

	.p2align 4
user_end:
	svc #0x7f1			/* USER_RETURN_SVC */
