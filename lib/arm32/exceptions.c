/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What happens to an exception: the order in which the exception table, handlers and catches are
 * asked. Entry: vectors.S; what is said of one that nobody expected: exception-report.c.
 */
#include "arch-hooks.h"
#include "catch.h"
#include "exceptions.h"
#include "frames.h"
#include "asm/setup.h"
#include "asm/smp.h"
#include "asm/try.h"

_Static_assert(sizeof(struct pt_regs) == PT_SIZE && offsetof(struct pt_regs, ARM_pc) == PT_PC &&
	       offsetof(struct pt_regs, ARM_cpsr) == PT_PSR, "vectors.S and struct pt_regs differ");

extern const struct exception_entry exception_table_start[], exception_table_end[];

enum kind { KIND_TRY, KIND_QUIET };	/* EX_TRY and so on */

static exception_fn handlers[EXCPTN_MAX];
static struct exception_record records[NR_CPUS];

struct exception_record *exception_record(void)
{
	return &records[arch_cpu_id()];
}

void install_exception_handler(enum vector v, exception_fn fn)
{
	assert_msg(v < EXCPTN_MAX, "vector %d", v);
	handlers[v] = fn;
}

void exceptions_reset_handlers(void)
{
	memset(handlers, 0, sizeof(handlers));
}

/* What the vectors have not taken from LR: ARMv7 ARM, table B1-7. */
unsigned long exception_address(enum vector v, const struct pt_regs *regs)
{
	if (v == EXCPTN_UND || v == EXCPTN_SVC)
		return regs->ARM_pc - (thumb_mode(regs) ? 2 : 4);
	return regs->ARM_pc;
}

static const struct exception_entry *find_entry(enum vector v, const struct pt_regs *regs)
{
	unsigned long address = exception_address(v, regs);
	const struct exception_entry *entry;

	for (entry = exception_table_start; entry < exception_table_end; entry++)
		if (entry->from == address)
			return entry;
	return NULL;
}

static void remember(enum vector v, const struct pt_regs *regs)
{
	struct exception_record *e = exception_record();

	*e = (struct exception_record){
		.raised = true, .vector = v, .pc = exception_address(v, regs),
		.spsr = regs->ARM_cpsr, .sp = regs->ARM_sp,
		.lr = regs->ARM_pc,
	};
	if (v == EXCPTN_PABT) {
		e->lr += 4;
		e->fsr = read_sysreg(IFSR);
		e->far = read_sysreg(IFAR);
	} else if (v == EXCPTN_DABT) {
		e->lr += 8;
		e->fsr = read_sysreg(DFSR);
		e->far = read_sysreg(DFAR);
	}
}

void exception_redirect(struct pt_regs *regs, void (*to)(void *data, int reason), void *data,
			int reason)
{
	regs->ARM_r0 = (unsigned long)data;
	regs->ARM_r1 = reason;
	regs->ARM_pc = (unsigned long)to;
	regs->ARM_cpsr = SVC_MODE | PSR_MASKS;
}

static bool is_user_return(enum vector v, const struct pt_regs *regs)
{
	unsigned long insn;

	return v == EXCPTN_SVC && user_mode(regs) && !thumb_mode(regs) &&
	       try_read_word((void *)exception_address(v, regs), &insn) &&
	       (insn & 0xffffff) == USER_RETURN_SVC;
}

static bool catches(enum vector v, struct pt_regs *regs)
{
	if (!catch_pending())
		return false;
	if (is_user_return(v, regs) &&
	    catch_user_return(regs, regs->ARM_r0 | (u64)regs->ARM_r1 << 32))
		return true;
	remember(v, regs);
	catch_end(regs);
	return true;
}

static void go_on_at(struct pt_regs *regs, unsigned long to)
{
	regs->ARM_pc = to & ~1ul;
	regs->ARM_cpsr = (regs->ARM_cpsr & ~(unsigned long)PSR_T_BIT) | (to & 1 ? PSR_T_BIT : 0);
}

static unsigned long fault_status(enum vector v)
{
	return v == EXCPTN_DABT ? read_sysreg(DFSR) : v == EXCPTN_PABT ? read_sysreg(IFSR) : 0;
}

static void dispatch_sync(enum vector v, struct pt_regs *regs)
{
	const struct exception_entry *entry = find_entry(v, regs);

	if (entry && entry->kind == KIND_QUIET) {
		go_on_at(regs, entry->to);
	} else if (handlers[v]) {
		handlers[v](regs);
	} else if (entry) {
		remember(v, regs);
		go_on_at(regs, entry->to);
	} else if (!catches(v, regs)) {
		unhandled_exception(v, regs, fault_status(v));
	}
}

void exception_dispatch(enum vector v, struct pt_regs *regs)
{
	if (v != EXCPTN_IRQ && v != EXCPTN_FIQ)
		dispatch_sync(v, regs);
	else if (handlers[v])
		handlers[v](regs);
	else if (v != EXCPTN_IRQ || !smp_interrupt())
		unhandled_exception(v, regs, 0);
}
