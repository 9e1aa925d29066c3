/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The exception vectors (ARMv7 ARM, section B1.8.1): each makes a struct pt_regs on the stack of
 * SVC mode, calls exception_dispatch(vector, regs) and returns by RFE. Before a word is stored,
 * that stack is tried by an address translation: where it is not writable (a stack overflow), this
 * CPU's emergency stack takes its place. The other modes' SP and LR are theirs alone: nothing here
 * uses them. VFP registers are left alone: the library is compiled without them.
 */
#include "asm/ptrace.h"

	.text
	.arm
	.p2align 5
	.globl exception_vectors
exception_vectors:
	b vector_0
	b vector_1
	b vector_2
	b vector_3
	b vector_4
	b vector_5
	b vector_6
	b vector_7

	/*
	 * number, the mode that it comes in, how far LR is beyond where the interrupted code goes
	 * on. R0 and R1 wait in TPIDRURO and TPIDRURW: PL0 may read them, nobody relies on them.
	 * Asynchronous exceptions are masked first, as the hardware masks them in part only.
	 */
	.macro vector number, mode, adjust
vector_\number:
	cpsid aif
	msr cpsr_s, #0			/* PAN: our stack is accessible at PL0 too */
	mcr p15, 0, r0, c13, c0, 3
	mcr p15, 0, r1, c13, c0, 2
	.if \adjust
	sub lr, lr, #\adjust
	.endif
	cps #SVC_MODE
	sub r0, sp, #PT_SIZE + 8
	mcr p15, 0, r0, c7, c8, 1	/* ATS1CPW */
	isb
	mrc p15, 0, r0, c7, c4, 0	/* PAR.F */
	tst r0, #1
	mov r0, sp
	mrcne p15, 0, r1, c13, c0, 4
	ldrne sp, =emergency_stacks
	ldrne sp, [sp, r1, lsl #2]
	mov r1, sp			/* where SP is behind the exception */
	bic sp, sp, #7
	sub sp, sp, #PT_SIZE - PT_ORIG_R0
	cps #\mode
	srsdb sp!, #SVC_MODE		/* LR, SPSR */
	cps #SVC_MODE
	sub sp, sp, #PT_PC
	str r0, [sp, #PT_SP]
	str r1, [sp, #PT_ORIG_R0]
	mrc p15, 0, r0, c13, c0, 3
	mrc p15, 0, r1, c13, c0, 2
	stmia sp, {r0-r12}
	str lr, [sp, #PT_LR]
	mov r0, #\number
	b save
	.endm

	vector 0, SVC_MODE, 0
	vector 1, UND_MODE, 0
	vector 2, SVC_MODE, 0
	vector 3, ABT_MODE, 4
	vector 4, ABT_MODE, 8
	vector 5, SVC_MODE, 0
	vector 6, IRQ_MODE, 4
	vector 7, FIQ_MODE, 4
	.ltorg

	/*
	 * R1, a PSR, becomes the control bits of the mode that has its SP and LR, interrupts
	 * masked; EQ: that is SVC mode, where we are.
	 */
other_mode:
	and r1, r1, #MODE_MASK
	cmp r1, #USR_MODE
	moveq r1, #SYSTEM_MODE
	orr r1, r1, #PSR_I_BIT | PSR_F_BIT
	cmp r1, #SVC_MODE | PSR_I_BIT | PSR_F_BIT
	bx lr

	/*
	 * R4: SVC mode's SP behind the exception; R5: its LR, which is the context's own only if
	 * that ran in SVC mode.
	 */
save:
	ldr r4, [sp, #PT_ORIG_R0]
	mvn r1, #0
	str r1, [sp, #PT_ORIG_R0]
	mov r5, lr
	ldr r1, [sp, #PT_PSR]
	bl other_mode
	beq 1f
	msr cpsr_c, r1
	mov r2, sp
	mov r3, lr
	cps #SVC_MODE
	str r2, [sp, #PT_SP]
	str r3, [sp, #PT_LR]
1:	mov r1, sp
	mov r6, sp
	mov r11, #0			/* the trace goes on from regs */
	bl exception_dispatch
	mov sp, r6
	ldr r1, [sp, #PT_PSR]
	bl other_mode
	ldreq r5, [sp, #PT_LR]
	beq 2f
	ldr r2, [sp, #PT_SP]
	ldr r3, [sp, #PT_LR]
	msr cpsr_c, r1
	mov sp, r2
	mov lr, r3
	cps #SVC_MODE
2:	mov lr, r5
	ldr r0, [sp, #PT_PC]
	ldr r1, [sp, #PT_PSR]
	stmdb r4!, {r0, r1}		/* above R0 to LR, wherever in the last words of regs */
	str r4, [sp, #PT_SP]
	ldmia sp, {r0-r12}
	ldr sp, [sp, #PT_SP]
	clrex				/* ARMv7 does not at an exception's return */
	rfeia sp!

	/*
	 * void enter_user(pc, arg, sp, psr): arg is in R2 and R3, the rest on the stack. What the
	 * function returns to is an SVC.
	 */
	.globl enter_user
	.type enter_user, %function
enter_user:
	ldr r1, [sp, #4]
	ldr ip, [sp]
	cpsid if, #SYSTEM_MODE
	mov sp, ip
	ldr lr, =user_end
	cps #SVC_MODE
	msr spsr_cxsf, r1
	mov lr, r0
	mov r0, r2
	mov r1, r3
	mov r11, #0
	movs pc, lr

user_end:
	svc #0x7f1			/* USER_RETURN_SVC */
	.ltorg
