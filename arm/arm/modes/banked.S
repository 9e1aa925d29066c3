/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See modes-test.h. Each goes to the mode by MSR, with IRQ and FIQ masked, and comes back to where
 * it was by the CPSR.
 */

	.text
	.arm
	/* void mode_read(u32 mode, u32 value[3]) */
	.globl mode_read
	.type mode_read, %function
mode_read:
	push {r4-r6, lr}
	mrs r4, cpsr
	orr r2, r0, #0xc0
	msr cpsr_c, r2
	mov r2, sp
	mov r3, lr
	mov r5, #0
	cmp r0, #0x1f
	mrsne r5, spsr
	msr cpsr_c, r4
	stmia r1, {r2, r3, r5}
	pop {r4-r6, pc}

	/* void mode_write(u32 mode, const u32 value[3]) */
	.globl mode_write
	.type mode_write, %function
mode_write:
	push {r4-r6, lr}
	mrs r4, cpsr
	ldmia r1, {r2, r3, r5}
	orr r6, r0, #0xc0
	msr cpsr_c, r6
	mov sp, r2
	mov lr, r3
	cmp r0, #0x1f
	msrne spsr_fsxc, r5
	msr cpsr_c, r4
	pop {r4-r6, pc}

	/*
	 * void fiq_registers(u32 before[5], u32 after[5], u32 other[5]): R8 to R12 of FIQ mode are
	 * set; read; SVC mode's.
	 */
	.globl fiq_registers
	.type fiq_registers, %function
fiq_registers:
	push {r4-r12, lr}
	mrs r4, cpsr
	orr r5, r4, #0xc0
	bic r5, r5, #0x1f
	orr r5, r5, #0x11
	ldr r8, =0x88888888
	ldr r9, =0x99999999
	ldr r10, =0xaaaaaaaa
	ldr r11, =0xbbbbbbbb
	ldr r12, =0xcccccccc
	msr cpsr_c, r5
	ldmia r0, {r8-r12}
	msr cpsr_c, r4
	stmia r2, {r8-r12}
	msr cpsr_c, r5
	stmia r1, {r8-r12}
	msr cpsr_c, r4
	pop {r4-r12, pc}
	.ltorg
