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

static void dispatch_exception(struct pt_regs *regs, struct thread_info *ti)
{
	exception_fn fn =
		regs->cause < EXCEPTION_CAUSE_MAX ? ti->exception_handlers[regs->cause] : NULL;

	if (regs->cause == EXC_INST_ILLEGAL)
		platform.firmware_spoke = true;
	if (trap_expected(regs))
		return;
	if (fn)
		fn(regs);
	else
		unexpected_trap(regs);
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

	ti->traps.innermost = NULL;
	memset(ti->exception_handlers, 0, sizeof(ti->exception_handlers));
	memset(ti->irq_handlers, 0, sizeof(ti->irq_handlers));
}

/* ---- user mode ---- */

const struct trap_record *run_user(unsigned long pc, unsigned long sp, unsigned long a0,
				   bool enable_irqs)
{
	struct pt_regs regs = { .epc = pc, .sp = sp, .a0 = a0 };
	struct catch c;

	catch_push(&c);
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
