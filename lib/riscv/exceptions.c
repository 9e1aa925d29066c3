/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What happens to a trap: the order in which the exception table, expectations and handlers are
 * asked. Entry: exception-entry.S; what is said of an unexpected one: exception-report.c.
 */
#include "libcflat.h"
#include "arch-hooks.h"
#include "on-cpus.h"
#include "riscv/catch.h"
#include "riscv/platform.h"
#include "asm/processor.h"
#include "asm/setup.h"

#define TI_IS_AT(field, offset) \
	_Static_assert(offsetof(struct thread_info, field) == offset, "thread_info.h: " #field)
TI_IS_AT(entering, TI_ENTERING);
TI_IS_AT(sp, TI_SP);
TI_IS_AT(tp, TI_TP);
TI_IS_AT(kernel_sp, TI_KERNEL_SP);
TI_IS_AT(emergency_sp, TI_EMERGENCY_SP);
TI_IS_AT(first_epc, TI_FIRST_EPC);
TI_IS_AT(first_cause, TI_FIRST_CAUSE);
TI_IS_AT(hartid, TI_HARTID);
_Static_assert(sizeof(struct thread_info) == TI_SIZE, "thread_info.h: TI_SIZE");
_Static_assert(offsetof(struct pt_regs, t6) == PT_X(31) && offsetof(struct pt_regs, sp) == PT_X(2),
	       "ptrace.h");
_Static_assert(offsetof(struct pt_regs, status) == PT_STATUS &&
		       offsetof(struct pt_regs, cause) == PT_CAUSE,
	       "ptrace.h");
_Static_assert(sizeof(struct pt_regs) == PT_SIZE, "ptrace.h");

enum { KIND_TRY, KIND_QUIET };		/* EX_TRY, EX_QUIET */

extern const struct exception_entry {
	unsigned long from, to, kind;
} exception_table_start[], exception_table_end[];

void exceptions_init(void)
{
	csr_write(CSR_SSCRATCH, 0);
	csr_write(CSR_STVEC, trap_entry);
}

void install_exception_handler(unsigned long cause, exception_fn fn)
{
	assert_msg(cause < EXCEPTION_CAUSE_MAX, "exception %lu", cause);
	current_thread_info()->exception_handlers[cause] = fn;
}

void install_irq_handler(unsigned long cause, exception_fn fn)
{
	assert_msg(cause < INTERRUPT_CAUSE_MAX, "interrupt %lu", cause);
	current_thread_info()->irq_handlers[cause] = fn;
}

const struct trap_record *trap_record(void)
{
	return &current_thread_info()->record;
}

void trap_record_clear(void)
{
	current_thread_info()->record.raised = false;
}

static void remember(const struct pt_regs *regs)
{
	current_thread_info()->record = (struct trap_record){ .raised = true, .regs = *regs };
}

static const struct exception_entry *find_entry(const struct pt_regs *regs)
{
	const struct exception_entry *entry;

	for (entry = exception_table_start; entry < exception_table_end; entry++)
		if (regs->epc >= entry->from && regs->epc < entry->to)
			return entry;
	return NULL;
}

/* Goes on in catch_trap() or run_user(), in supervisor mode. */
static void land(struct pt_regs *regs, struct thread_info *ti)
{
	struct catch *c = ti->innermost;

	remember(regs);
	ti->innermost = c->outer;
	regs->epc = (unsigned long)longjmp;
	regs->a0 = (unsigned long)c->env;
	regs->a1 = 1;
	regs->tp = (unsigned long)ti;
	regs->status = c->status;
}

static void dispatch_exception(struct pt_regs *regs, struct thread_info *ti)
{
	const struct exception_entry *entry = regs->status & SR_SPP ? find_entry(regs) : NULL;
	exception_fn fn =
		regs->cause < EXCEPTION_CAUSE_MAX ? ti->exception_handlers[regs->cause] : NULL;

	if (regs->cause == EXC_INST_ILLEGAL)
		platform.firmware_spoke = true;
	if (entry) {
		if (entry->kind == KIND_TRY)
			remember(regs);
		regs->epc = entry->to;
	} else if (ti->innermost) {
		land(regs, ti);
	} else if (fn) {
		fn(regs);
	} else {
		unexpected_trap(regs);
	}
}

void trap_dispatch(struct pt_regs *regs)
{
	struct thread_info *ti = current_thread_info();
	unsigned long irq = regs->cause & ~CAUSE_IRQ_FLAG;

	if (!(regs->cause & CAUSE_IRQ_FLAG)) {
		dispatch_exception(regs, ti);
		return;
	}
	if (irq == IRQ_S_SOFT)
		on_cpus_check();
	if (irq < INTERRUPT_CAUSE_MAX && ti->irq_handlers[irq])
		ti->irq_handlers[irq](regs);
	else
		unexpected_trap(regs);
}

void exceptions_reset(void)
{
	struct thread_info *ti = current_thread_info();

	ti->innermost = NULL;
	memset(ti->exception_handlers, 0, sizeof(ti->exception_handlers));
	memset(ti->irq_handlers, 0, sizeof(ti->irq_handlers));
}

/* ---- code that ends by an exception ---- */

static void push(struct catch *c)
{
	struct thread_info *ti = current_thread_info();

	ti->record.raised = false;
	c->outer = ti->innermost;
	/* After SRET the mode is supervisor's and interrupts are as they were. */
	c->status = csr_read(CSR_SSTATUS) & ~SR_SPIE;
	if (c->status & SR_SIE)
		c->status |= SR_SPIE;
	c->status = (c->status & ~SR_SIE) | SR_SPP;
	ti->innermost = c;
}

bool catch_trap(void (*function)(void *data), void *data)
{
	struct catch c;

	push(&c);
	if (setjmp(c.env))
		return true;
	function(data);
	current_thread_info()->innermost = c.outer;
	return false;
}

const struct trap_record *run_user(unsigned long pc, unsigned long sp, unsigned long a0,
				   bool enable_irqs)
{
	struct pt_regs regs = { .epc = pc, .sp = sp, .a0 = a0 };
	struct catch c;

	push(&c);
	regs.status = c.status & ~(SR_SPP | SR_SPIE);
	if (enable_irqs)
		regs.status |= SR_SPIE;
	if (!setjmp(c.env)) {
		/*
		 * SRET takes SPIE; an interrupt between the writes of sstatus and SRET would be
		 * lost.
		 */
		local_irq_disable();
		enter_user(&regs);
	}
	return trap_record();
}

bool try_read_word(const void *address, unsigned long *value)
{
	unsigned long word = 0, failed = 1;

	__asm__ __volatile__("1: ld %0, 0(%2)\n\t"
			     "li %1, 0\n"
			     "2:\n\t"
			     EX_ENTRY("1b", "2b", EX_QUIET)
			     : "+&r" (word), "+&r" (failed) : "r" (address) : "memory");
	*value = word;
	return !failed;
}
