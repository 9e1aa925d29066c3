/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry of all traps (Privileged Architecture, section 4.1.1 to 4.1.5): saves struct pt_regs on the
 * stack and calls trap_dispatch(). In supervisor mode sscratch is 0; in user mode it is the hart's
 * struct thread_info. A trap while registers are saved means that the stack is bad: it goes on on
 * the emergency stack.
 */
#include "asm/csr.h"
#include "asm/ptrace.h"
#include "riscv/save-regs.h"
#include "riscv/thread_info.h"

	.text
	.option norelax

	.globl trap_entry
	.type trap_entry, %function
	.p2align 2		/* stvec's lowest bits are its mode */
trap_entry:
	csrrw tp, CSR_SSCRATCH, tp
	bnez tp, from_user
	csrrw tp, CSR_SSCRATCH, zero
	sd sp, TI_SP(tp)
	sd tp, TI_TP(tp)
	ld sp, TI_ENTERING(tp)
	bnez sp, bad_stack
	/* Should the stack be bad, this is what is left of this trap. */
	csrr sp, CSR_SEPC
	sd sp, TI_FIRST_EPC(tp)
	csrr sp, CSR_SCAUSE
	sd sp, TI_FIRST_CAUSE(tp)
	ld sp, TI_SP(tp)
	j save
from_user:
	sd sp, TI_SP(tp)
	csrrw sp, CSR_SSCRATCH, zero
	sd sp, TI_TP(tp)
	ld sp, TI_KERNEL_SP(tp)
save:
	sd tp, TI_ENTERING(tp)
	addi sp, sp, -PT_SIZE
	andi sp, sp, -16
	each_register sd
	csrr t0, CSR_SEPC
	sd t0, PT_EPC(sp)
	csrr t0, CSR_SSTATUS
	sd t0, PT_STATUS(sp)
	csrr t0, CSR_STVAL
	sd t0, PT_BADADDR(sp)
	csrr t0, CSR_SCAUSE
	sd t0, PT_CAUSE(sp)
	ld t0, TI_SP(tp)
	sd t0, PT_X(2)(sp)
	ld t0, TI_TP(tp)
	sd t0, PT_X(4)(sp)
	sd zero, TI_ENTERING(tp)
	mv a0, sp
	jal trap_dispatch

	.globl trap_return
trap_return:			/* sp: the struct pt_regs */
	ld t0, PT_EPC(sp)
	csrw CSR_SEPC, t0
	ld t0, PT_STATUS(sp)
	csrw CSR_SSTATUS, t0
	andi t0, t0, SR_SPP
	bnez t0, 1f
	csrw CSR_SSCRATCH, tp
1:	each_register ld
	ld tp, PT_X(4)(sp)
	ld sp, PT_X(2)(sp)
	sret
	.size trap_entry, . - trap_entry

bad_stack:
	ld sp, TI_EMERGENCY_SP(tp)
	j save

	/* void enter_user(struct pt_regs *regs): traps come back to the caller's stack. */
	.globl enter_user
	.type enter_user, %function
enter_user:
	sd sp, TI_KERNEL_SP(tp)
	mv sp, a0
	j trap_return
	.size enter_user, . - enter_user
