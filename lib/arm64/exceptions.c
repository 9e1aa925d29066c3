/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What happens to an exception: the order in which catches, handlers and the exception table are asked. Entry: vectors.S;
 * what is said of one that nobody expected: exception-report.c.
 */
#include "arch-hooks.h"
#include "catch.h"
#include "exceptions.h"
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

void exception_redirect(struct pt_regs *regs, void (*to)(void *data, int reason), void *data, int reason)
{
	regs->regs[0] = (u64)data;
	regs->regs[1] = reason;
	regs->pc = (u64)to;
	regs->pstate = current_level() | PSR_MODE_SPx | PSR_D_BIT | PSR_A_BIT | PSR_I_BIT | PSR_F_BIT;
}

static bool catches(enum vector v, struct pt_regs *regs, unsigned long esr)
{
	bool svc = v == EL0_SYNC_64 && ESR_ELx_EC(esr) == ESR_ELx_EC_SVC64;

	if (!catch_pending())
		return false;
	if (svc && (esr & 0xffff) == USER_RETURN_SVC && catch_user_return(regs, regs->regs[0]))
		return true;
	remember(v, regs, esr);
	catch_end(regs);
	return true;
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
