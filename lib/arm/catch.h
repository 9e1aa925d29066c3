/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions that an exception may end, and user mode: what the dispatcher of either width asks.
 * Tests: asm/try.h.
 */
#ifndef ARM_CATCH_H
#define ARM_CATCH_H

#include "libcflat.h"
#include "asm/ptrace.h"

/* Whether this CPU is in a function that an exception ends. */
bool catch_pending(void);
/*
 * Makes the interrupted context go on behind the innermost one: an exception has ended it, the
 * record tells which.
 */
void catch_end(struct pt_regs *regs);
/*
 * The same behind run_in_user(), whose function has returned result; false: the innermost one is
 * another.
 */
bool catch_user_return(struct pt_regs *regs, u64 result);
/* Forgets those of this CPU. */
void exceptions_reset_catches(void);

/*
 * Of the width: the interrupted context goes on at to(data, reason), privileged, everything masked.
 */
void exception_redirect(struct pt_regs *regs, void (*to)(void *data, int reason), void *data,
			int reason);

/*
 * In vectors.S: to pstate's level or mode, at pc with arg in the first argument's registers; never
 * returns.
 */
_Noreturn void enter_user(unsigned long pc, u64 arg, unsigned long sp, unsigned long pstate);

#endif
