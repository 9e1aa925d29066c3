/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What happens to an exception: the order in which catches, handlers and the exception table are asked. Entry: vectors.S;
 * what is said of one that nobody expected: exception-report.c.
 */
#include "arch-hooks.h"
#include "exceptions.h"
#include "setjmp.h"
#include "asm/setup.h"
#include "asm/smp.h"
#include "asm/try.h"

_Static_assert(offsetof(struct pt_regs, sp) == PT_SP && offsetof(struct pt_regs, pc) == PT_PC &&
	       offsetof(struct pt_regs, pstate) == PT_PSTATE && sizeof(struct pt_regs) == PT_SIZE,
	       "vectors.S and struct pt_regs differ");

extern const struct exception_entry exception_table_start[], exception_table_end[];

enum kind { KIND_TRY, KIND_QUIET };	/* EX_TRY and so on */

static exception_fn exception_handlers[VECTOR_MAX][EC_MAX];
static irq_handler_fn irq_handlers[VECTOR_MAX];
static struct exception_record records[NR_CPUS];

struct exception_record *exception_record(void)
{
	return &records[arch_cpu_id()];
}

static bool is_sync(enum vector v)
{
	return v % 4 == EL1T_SYNC;
}

void install_exception_handler(enum vector v, unsigned int ec, exception_fn fn)
{
	assert_msg(v < VECTOR_MAX && is_sync(v) && ec < EC_MAX, "vector %d, class %#x", v, ec);
	exception_handlers[v][ec] = fn;
}

void install_irq_handler(enum vector v, irq_handler_fn fn)
{
	assert_msg(v < VECTOR_MAX && !is_sync(v), "vector %d", v);
	irq_handlers[v] = fn;
}

void exceptions_reset_handlers(void)
{
	memset(exception_handlers, 0, sizeof(exception_handlers));
	memset(irq_handlers, 0, sizeof(irq_handlers));
}

/* SVC alone is reported behind its instruction: an entry of either address means it. */
static const struct exception_entry *find_entry(const struct pt_regs *regs, unsigned long esr)
{
	u64 svc = ESR_ELx_EC(esr) == ESR_ELx_EC_SVC64 ? regs->pc - 4 : regs->pc;
	const struct exception_entry *entry;

	for (entry = exception_table_start; entry < exception_table_end; entry++)
		if (entry->from == regs->pc || entry->from == svc)
			return entry;
	return NULL;
}

static void remember(enum vector v, const struct pt_regs *regs, unsigned long esr)
{
	*exception_record() = (struct exception_record){
		.raised = true, .vector = v, .esr = esr, .far = read_sysreg(far_el1), .elr = regs->pc,
		.spsr = regs->pstate, .sp = regs->sp,
	};
}

/* ---- functions that an exception may end ---- */

/* A CPU's catches are nested like the calls that made them, and live on their stacks. */
struct catch {
	struct catch *outer;
	bool user;
	u64 result;			/* of a function at EL0 */
	unsigned long daif;
	jmp_buf env;
};

enum { CATCH_ENTERED, CATCH_EXCEPTION, CATCH_USER_RETURN };

static struct catch *innermost[NR_CPUS];

/* Reached by ERET with a catch in X0 and the reason in X1. */
static _Noreturn void land(struct catch *c, int reason)
{
	write_sysreg(c->daif, daif);
	longjmp(c->env, reason);
}

static void return_to(struct pt_regs *regs, struct catch *c, int reason)
{
	regs->regs[0] = (u64)c;
	regs->regs[1] = reason;
	regs->pc = (u64)land;
	regs->pstate = current_level() | PSR_MODE_SPx | PSR_D_BIT | PSR_A_BIT | PSR_I_BIT |
		       PSR_F_BIT;
}

/* land() needs a stack for a moment: below the catch's own is the right one wherever the exception came from. */
static bool catches(enum vector v, struct pt_regs *regs, unsigned long esr)
{
	struct catch **list = &innermost[arch_cpu_id()], *c = *list;
	bool svc = v == EL0_SYNC_64 && ESR_ELx_EC(esr) == ESR_ELx_EC_SVC64;

	if (!c)
		return false;
	if (c->user && svc && (esr & 0xffff) == USER_RETURN_SVC) {
		c->result = regs->regs[0];
		return_to(regs, c, CATCH_USER_RETURN);
		return true;
	}
	remember(v, regs, esr);
	return_to(regs, c, CATCH_EXCEPTION);
	return true;
}

static void push(struct catch *c)
{
	struct catch **list = &innermost[arch_cpu_id()];

	c->outer = *list;
	c->daif = read_sysreg(daif);
	exception_record()->raised = false;
	*list = c;
}

static void pop(struct catch *c)
{
	innermost[arch_cpu_id()] = c->outer;
}

void exceptions_reset_catches(void)
{
	innermost[arch_cpu_id()] = NULL;
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
		enter_user((u64)function, arg, (u64)stacks[cpu] + USER_STACK, PSR_MODE_EL0t | (read_sysreg(daif) & PSR_I_BIT));
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
	enter_user((u64)func, (u64)arg, sp, PSR_MODE_EL0t);
}

/* ---- the dispatcher ---- */

static void dispatch_sync(enum vector v, struct pt_regs *regs)
{
	unsigned long esr = read_sysreg(esr_el1);
	const struct exception_entry *entry = v != EL0_SYNC_32 ? find_entry(regs, esr) : NULL;
	exception_fn fn = exception_handlers[v][ESR_ELx_EC(esr)];

	if (entry && entry->kind == KIND_QUIET) {
		regs->pc = entry->to;
	} else if (fn) {
		fn(regs, esr);
	} else if (entry) {
		remember(v, regs, esr);
		regs->pc = entry->to;
		/* ERET would bring the illegal state back, and the next instruction would fault again. */
		regs->pstate &= ~(u64)PSR_IL_BIT;
	} else if (!catches(v, regs, esr)) {
		unhandled_exception(v, regs, esr);
	}
}

void exception_dispatch(enum vector v, struct pt_regs *regs)
{
	irq_handler_fn fn;

	if (is_sync(v)) {
		dispatch_sync(v, regs);
		return;
	}
	fn = irq_handlers[v];
	if (fn)
		fn(regs);
	else if (v % 4 == EL1T_IRQ && smp_interrupt())
		;
	else if (v % 4 != EL1T_ERROR || !catches(v, regs, read_sysreg(esr_el1)))
		unhandled_exception(v, regs, v % 4 == EL1T_ERROR ? read_sysreg(esr_el1) : 0);
}
