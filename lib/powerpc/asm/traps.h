/* SPDX-License-Identifier: BSD-2-Clause */
/* What traps.c asks of POWER. */
#ifndef POWERPC_ASM_TRAPS_H
#define POWERPC_ASM_TRAPS_H

#include "powerpc/thread_info.h"

#define TRAP_CLOBBERS	"memory", "lr", "ctr", "cr0"
#define TRAP_BASE	"b"		/* an operand that is an address: not r0 */

static inline struct trap_state *trap_state(void)
{
	return &current_thread_info()->traps;
}

static inline unsigned long trap_pc(const struct pt_regs *regs)
{
	return regs->nip;
}

static inline void trap_set_pc(struct pt_regs *regs, unsigned long pc)
{
	regs->nip = pc;
}

static inline bool trap_in_kernel(const struct pt_regs *regs)
{
	return !(regs->msr & MSR_PR);
}

/* MSR to go on with. */
static inline unsigned long trap_status(void)
{
	return mfmsr();
}

static inline void trap_resume(struct pt_regs *regs, struct catch *c)
{
	regs->nip = regs->gpr[12] = (unsigned long)longjmp;
	regs->gpr[3] = (unsigned long)c->env;
	regs->gpr[4] = 1;
	regs->msr = c->status;
}

#endif
