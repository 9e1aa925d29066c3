/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the entry code, the dispatcher and the set-up. Tests include asm/processor.h and
 * asm/try.h.
 */
#ifndef ARM32_EXCEPTIONS_H
#define ARM32_EXCEPTIONS_H

#include "asm/processor.h"

/* The state that user mode begins in. */
#define USER_PSTATE	USR_MODE

extern char exception_vectors[];
/* The end of each CPU's stack for exceptions that find the stack of SVC mode unusable. */
extern unsigned long emergency_stacks[];

/* Called by the entry code. */
void exception_dispatch(enum vector v, struct pt_regs *regs);

/*
 * Where the instruction is that raised the exception, for all but interrupts: regs may be behind
 * it.
 */
unsigned long exception_address(enum vector v, const struct pt_regs *regs);

/* Forgets all handlers. */
void exceptions_reset_handlers(void);
/*
 * The stack trace of an interrupted context: its instruction, then its callers. Returns how many.
 */
int exception_frames(const struct pt_regs *regs, const void **frames, int max);

#endif
