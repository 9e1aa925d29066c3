/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the entry code, the dispatcher and the set-up. Tests include asm/processor.h and asm/try.h. */
#ifndef ARM64_EXCEPTIONS_H
#define ARM64_EXCEPTIONS_H

#include "asm/processor.h"

extern char exception_vectors[];
/* The end of each CPU's stack for exceptions that find SP_EL1 unusable. */
extern unsigned long emergency_stacks[];

/* Called by the entry code. */
void exception_dispatch(enum vector v, struct pt_regs *regs);
/* To pstate's level, at pc with arg in X0; never returns. */
_Noreturn void enter_user(u64 pc, u64 arg, u64 sp, u64 pstate);

/* Forgets all handlers; this CPU's pending catches. */
void exceptions_reset_handlers(void);
void exceptions_reset_catches(void);
/* The stack trace of an interrupted context: its instruction, then its callers. Returns how many. */
int exception_frames(const struct pt_regs *regs, const void **frames, int max);

#endif
