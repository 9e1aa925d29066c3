/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry of a riscv64 image: supervisor mode, no translation, interrupts off, a0 the hart's number,
 * a1 the device tree (the boot protocol of SBI firmware: Linux' Documentation/riscv/boot.rst). tp
 * becomes the hart's struct thread_info.
 */
#include "asm/csr.h"
#include "riscv/thread_info.h"

	.section .text.start, "ax", %progbits
	.option norelax
	.globl start
start:
	csrw CSR_SIE, zero
	csrci CSR_SSTATUS, SR_SIE
	la t0, boot_hart_chosen
	li t1, 1
	amoswap.w.aq t1, t1, (t0)
	bnez t1, not_the_first
	la tp, cpus
	la sp, boot_stack_top
	li s0, 0		/* the end of every stack trace */
	li ra, 0
	j riscv_start

	/*
	 * Firmware that lets all harts go at once; or OpenSBI 1.1, which may start a hart here
	 * instead of where sbi_hart_start() said: it becomes START_PENDING before its address is
	 * stored. Waits for its thread_info to be ready.
	 */
not_the_first:
	la tp, cpus
	lw t1, nr_cpus
1:	ld t2, TI_HARTID(tp)
	bne t2, a0, 2f
	ld sp, TI_KERNEL_SP(tp)
	bnez sp, enter_secondary
2:	addi tp, tp, TI_SIZE
	addi t1, t1, -1
	bnez t1, 1b
	fence
	j not_the_first

	/* Another hart, from SBI: a1 is its struct thread_info. */
	.globl secondary_entry
secondary_entry:
	csrw CSR_SIE, zero
	mv tp, a1
	ld sp, TI_KERNEL_SP(tp)
enter_secondary:
	li s0, 0
	li ra, 0
	j secondary_start

	.section .data.boot, "aw", %progbits
	.p2align 2
boot_hart_chosen:
	.4byte 0

	.section .bss.stack, "aw", %nobits
	.p2align 12
boot_stack:
	.skip BOOT_STACK_SIZE
boot_stack_top:
	.skip EMERGENCY_STACK_SIZE
	.globl emergency_stack_top
emergency_stack_top:
