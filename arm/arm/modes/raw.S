/* SPDX-License-Identifier: BSD-2-Clause */
/* See raw.h. What raises the exception gives R0 to R3 and, of SVC mode, LR away. */

	.text
	.arm
	.macro raw number
	mov r2, #\number
	b note
	.endm

	.p2align 5
	.globl raw_vectors
raw_vectors:
	b raw_0
	b raw_1
	b raw_2
	b raw_3
	b raw_4
	b raw_5
	b raw_6
	b raw_7
raw_0:	raw 0
raw_1:	raw 1
raw_2:	raw 2
raw_3:	raw 3
raw_4:	raw 4
raw_5:	raw 5
raw_6:	raw 6
raw_7:	raw 7

note:
	mrs r0, cpsr			/* nothing above changes it */
	mrs r1, spsr
	ldr r3, =raw_state
	str r2, [r3, #0]
	str r0, [r3, #4]
	str r1, [r3, #8]
	str lr, [r3, #12]
	str sp, [r3, #16]
	cmp r2, #6			/* an IRQ is still pending: goes on with I set */
	orreq r1, r1, #0x80
	msreq spsr_c, r1
	ldr lr, [r3, #20]
	movs pc, lr
	.ltorg
