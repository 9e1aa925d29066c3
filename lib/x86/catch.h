/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Code that runs until it ends or an exception ends it: what test_for_exception() and run_in_user() share. A CPU's
 * catches are nested like the calls that made them, and live on their stacks. Not for tests.
 */
#ifndef X86_CATCH_H
#define X86_CATCH_H

#include "setjmp.h"
#include "x86/exceptions.h"

enum catch_result { CATCH_ENTERED, CATCH_EXCEPTION, CATCH_USER_RETURN };

struct catch {
	struct catch *outer;
	unsigned int vector;
	void (*inspect)(struct ex_regs *regs);	/* called in the exception's context, or NULL */
	unsigned long flags;			/* in force after the jump */
	unsigned int user_level;		/* how many run_in_user() are on the way; catch_push() inherits it */
	uint64_t user_result;			/* what run_in_user()'s function returned */
	jmp_buf env;				/* receives an enum catch_result */
};

/* Makes c this CPU's innermost catch; c->vector and c->inspect are set. */
void catch_push(struct catch *c);
/* Ends it. */
void catch_pop(struct catch *c);
/* For the dispatcher: takes the exception if a catch of this CPU waits for it, and changes regs to return there. */
bool catch_exception(struct ex_regs *regs);

#endif
