/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry of a riscv64 image: supervisor mode, no translation, interrupts off, a0 the hart's number, a1 the device tree (the
 * boot protocol of SBI firmware: Linux' Documentation/riscv/boot.rst). tp becomes the hart's struct thread_info.
 */
#include "asm/csr.h"
#include "riscv/thread_info.h"

	.section .text.start, "ax", %progbits
	.option norelax
	.globl start
start:
	csrw CSR_SIE, zero
	csrci CSR_SSTATUS, SR_SIE
	la tp, cpus
	la sp, boot_stack_top
	li s0, 0		/* the end of every stack trace */
	li ra, 0
	j riscv_start

	/* Another hart, from SBI: a1 is its struct thread_info. */
	.globl secondary_entry
secondary_entry:
	csrw CSR_SIE, zero
	mv tp, a1
	ld sp, TI_KERNEL_SP(tp)
	li s0, 0
	li ra, 0
	j secondary_start

	.section .bss.stack, "aw", %nobits
	.p2align 12
boot_stack:
	.skip BOOT_STACK_SIZE
boot_stack_top:
	.skip EMERGENCY_STACK_SIZE
	.globl emergency_stack_top
emergency_stack_top:
