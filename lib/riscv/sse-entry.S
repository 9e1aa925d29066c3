/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry of a software event (SBI 3.0, section 17.3): a6 the hart, a7 our struct
 * sbi_sse_handler_arg, all else as it was interrupted, which may be anywhere: in user mode, in a
 * handler. COMPLETE goes back there.
 */
#include "asm/csr.h"
#include "asm/ptrace.h"
#include "asm/sbi-sse.h"
#include "riscv/save-regs.h"

#define PT_SCRATCH	(PT_CAUSE + 8)		/* orig_a0: sscratch, for the way back */

	.text
	.option norelax
	.globl sbi_sse_entry
	.type sbi_sse_entry, %function
	.p2align 2
sbi_sse_entry:
	sd sp, SSE_REG_TMP(a7)
	ld sp, SSE_STACK(a7)
	addi sp, sp, -PT_SIZE
	andi sp, sp, -16
	each_register sd
	sd tp, PT_X(4)(sp)
	ld t0, SSE_REG_TMP(a7)
	sd t0, PT_X(2)(sp)
	csrr t0, CSR_SEPC
	sd t0, PT_EPC(sp)
	csrr t0, CSR_SSTATUS
	sd t0, PT_STATUS(sp)
	sd zero, PT_BADADDR(sp)
	sd zero, PT_CAUSE(sp)
	/* Not 0: user mode was interrupted; see exception-entry.S. */
	csrrw t0, CSR_SSCRATCH, zero
	sd t0, PT_SCRATCH(sp)
	beqz t0, 1f
	mv tp, t0
1:	ld t0, SSE_HANDLER(a7)
	ld a0, SSE_HANDLER_DATA(a7)
	mv a1, sp
	mv a2, a6
	jalr t0
	ld t0, PT_SCRATCH(sp)
	csrw CSR_SSCRATCH, t0
	each_register ld
	ld tp, PT_X(4)(sp)
	ld sp, PT_X(2)(sp)
	li a7, SSE_EID
	li a6, SSE_FID_COMPLETE
	ecall
	.size sbi_sse_entry, . - sbi_sse_entry
