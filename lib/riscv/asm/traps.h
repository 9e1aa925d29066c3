/* SPDX-License-Identifier: BSD-2-Clause */
/* What traps.c asks of RISC-V. */
#ifndef RISCV_ASM_TRAPS_H
#define RISCV_ASM_TRAPS_H

#include "asm/csr.h"
#include "riscv/thread_info.h"

#define TRAP_CLOBBERS	"memory"
#define TRAP_BASE	"r"		/* an operand that is an address */

static inline struct trap_state *trap_state(void)
{
	return &current_thread_info()->traps;
}

static inline unsigned long trap_pc(const struct pt_regs *regs)
{
	return regs->epc;
}

static inline void trap_set_pc(struct pt_regs *regs, unsigned long pc)
{
	regs->epc = pc;
}

static inline bool trap_in_kernel(const struct pt_regs *regs)
{
	return regs->status & SR_SPP;
}

/* sstatus, so that after SRET the mode is supervisor's and interrupts are as they were. */
static inline unsigned long trap_status(void)
{
	unsigned long status = csr_read(CSR_SSTATUS) & ~SR_SPIE;

	if (status & SR_SIE)
		status |= SR_SPIE;
	return (status & ~SR_SIE) | SR_SPP;
}

static inline void trap_resume(struct pt_regs *regs, struct catch *c)
{
	regs->epc = (unsigned long)longjmp;
	regs->a0 = (unsigned long)c->env;
	regs->a1 = 1;
	regs->tp = (unsigned long)current_thread_info();
	regs->status = c->status;
}

#endif
