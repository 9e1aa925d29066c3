/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where PSCI starts a CPU: notes in the struct found that its first register points to what it
 * finds, and ends by CPU_OFF.
 */

	.text
#ifdef __aarch64__
	.globl raw_entry
raw_entry:
	str x0, [x0, #8]
	mrs x1, CurrentEL
	mrs x2, spsel
	orr x2, x1, x2
	str x2, [x0, #16]
	cmp x1, #8
	mrs x1, sctlr_el1
	b.lo 1f
	mrs x1, sctlr_el2
1:	str x1, [x0, #24]
	mrs x1, daif
	str x1, [x0, #32]
	mrs x1, mpidr_el1
	str x1, [x0, #40]
	ldr x1, [x0, #48]
	add x1, x1, #1
	str x1, [x0, #48]
	ldr x2, [x0, #0]
	dsb sy
	movz w0, #0x8400, lsl #16
	movk w0, #2			/* CPU_OFF */
	cbnz x2, 2f
	hvc #0
	b .
2:	smc #0
	b .

	.globl raw_entry_thumb		/* there is none */
raw_entry_thumb:
	b raw_entry
#else
	.arch_extension sec
	.arch_extension virt
	.syntax unified

	/* As A32 these halves are something else: only a CPU in T32 state comes through. */
	.thumb
	.thumb_func
	.globl raw_entry_thumb
	.p2align 2
raw_entry_thumb:
	ldr r1, =raw_entry
	bx r1
	.ltorg

	.arm
	.globl raw_entry
	.type raw_entry, %function
raw_entry:
	str r0, [r0, #8]
	mrs r1, cpsr
	and r2, r1, #0x3f		/* mode and T */
	str r2, [r0, #16]
	and r3, r1, #0x1c0
	str r3, [r0, #32]
	mrc p15, 0, r1, c1, c0, 0
	cmp r2, #0x1a			/* HYP: HSCTLR */
	mrceq p15, 4, r1, c1, c0, 0
	str r1, [r0, #24]
	mrc p15, 0, r1, c0, c0, 5
	str r1, [r0, #40]
	ldr r1, [r0, #48]
	add r1, r1, #1
	str r1, [r0, #48]
	ldr r2, [r0, #0]
	dsb sy
	ldr r0, =0x84000002		/* CPU_OFF */
	cmp r2, #0
	bne 2f
	hvc #0
	b .
2:	smc #0
	b .
	.ltorg
#endif
