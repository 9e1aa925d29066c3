/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions that an exception may end, and user mode: see asm/try.h and catch.h. */
#include "catch.h"
#include "arch-hooks.h"
#include "exceptions.h"
#include "setjmp.h"
#include "asm/setup.h"
#include "asm/try.h"

/* A CPU's catches are nested like the calls that made them, and live on their stacks. */
struct catch {
	struct catch *outer;
	bool user;
	u64 result;			/* of a function at EL0 */
	unsigned long masks;
	jmp_buf env;
};

enum { CATCH_ENTERED, CATCH_EXCEPTION, CATCH_USER_RETURN };

static struct catch *innermost[NR_CPUS];

/*
 * Needs a stack for a moment: below the catch's own is the right one wherever the exception came
 * from.
 */
static void land(void *data, int reason)
{
	struct catch *c = data;

	set_exception_masks(c->masks);
	longjmp(c->env, reason);
}

bool catch_pending(void)
{
	return innermost[arch_cpu_id()];
}

void catch_end(struct pt_regs *regs)
{
	exception_redirect(regs, land, innermost[arch_cpu_id()], CATCH_EXCEPTION);
}

bool catch_user_return(struct pt_regs *regs, u64 result)
{
	struct catch *c = innermost[arch_cpu_id()];

	if (!c || !c->user)
		return false;
	c->result = result;
	exception_redirect(regs, land, c, CATCH_USER_RETURN);
	return true;
}

void exceptions_reset_catches(void)
{
	innermost[arch_cpu_id()] = NULL;
}

static void push(struct catch *c)
{
	struct catch **list = &innermost[arch_cpu_id()];

	c->outer = *list;
	c->masks = exception_masks();
	exception_record()->raised = false;
	*list = c;
}

static void pop(struct catch *c)
{
	innermost[arch_cpu_id()] = c->outer;
}

bool catch_exception(void (*function)(void *data), void *data)
{
	struct catch c = { 0 };
	int reason;

	push(&c);
	reason = setjmp(c.env);
	if (reason == CATCH_ENTERED)
		function(data);
	pop(&c);
	return reason == CATCH_EXCEPTION;
}

#define USER_STACK	16384

uint64_t run_in_user(uint64_t (*function)(uint64_t arg), uint64_t arg)
{
	static char stacks[4][USER_STACK] __aligned(16);
	struct catch c = { .user = true };
	int cpu = arch_cpu_id(), reason;

	assert(cpu < (int)ARRAY_SIZE(stacks));
	push(&c);
	reason = setjmp(c.env);
	if (reason == CATCH_ENTERED)
		enter_user((unsigned long)function, arg, (unsigned long)stacks[cpu] + USER_STACK,
			   USER_PSTATE | (exception_masks() & PSR_I_BIT));
	pop(&c);
	return reason == CATCH_USER_RETURN ? c.result : 0;
}

/* ---- EL0 for good ---- */

static bool users[NR_CPUS];

bool is_user(void)
{
	return users[arch_cpu_id()];
}

void start_usr(start_usr_fn func, void *arg, unsigned long sp)
{
	users[arch_cpu_id()] = true;
	enter_user((unsigned long)func, (unsigned long)arg, sp, USER_PSTATE);
}
