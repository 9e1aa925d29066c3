/* SPDX-License-Identifier: BSD-2-Clause */
/* See svm_test.h. */
#include "svm_test.h"
#include "x86/apic.h"
#include "x86/isr.h"

#define WATCHDOG_VECTOR	0xe0
#define WATCHDOG_TICKS	200000000	/* of the APIC's clock: a fraction of a second */

L2_CODE(only_nop, "", "nop", "nop");
const struct l2_code nothing = { l2_only_nop_start, l2_only_nop_at, l2_only_nop_next,
				 l2_only_nop_end };

bool expect_exit(const struct svm_guest *g, u64 exit_code, const void *rip, const char *what)
{
	const struct vmcb *vmcb = g->vmcb;
	bool code = expect_eq_msg(vmcb->control.exit_code, exit_code,
				  "%s: exit code (EXITINFO1 %#" PRIx64 ", 2 %#" PRIx64 ")", what,
				  vmcb->control.exit_info_1, vmcb->control.exit_info_2);

	return expect_eq_msg(vmcb->save.rip, (uintptr_t)rip, "%s: RIP", what) && code;
}

bool expect_run(struct svm_guest *g, const struct l2_code *code, u64 exit_code, const void *rip,
		const char *what)
{
	svm_run_at(g, code->start);
	return expect_exit(g, exit_code, rip, what);
}

bool expect_through(struct svm_guest *g, const struct l2_code *code, const char *what)
{
	return expect_run(g, code, SVM_EXIT_VMMCALL, code->end, what);
}

bool expect_event(const struct svm_guest *g, struct l2_event *e, unsigned int vector,
		  const u64 *error, const void *rip, const char *what)
{
	if (!expect_msg(svm_l2_event(g, e),
			"%s: L2 is in a handler (exit code %#" PRIx64 ", RIP %#" PRIx64 ")", what,
			g->vmcb->control.exit_code, g->vmcb->save.rip))
		return false;
	expect_eq_msg(e->vector, vector, "%s: vector", what);
	expect_eq_msg(e->has_error, !!error, "%s: error code pushed", what);
	if (error)
		expect_eq_msg(e->error, *error, "%s: error code", what);
	return expect_eq_msg(e->rip, (uintptr_t)rip, "%s: RIP pushed", what);
}

void leave_long_mode(struct vmcb_save *s, u64 cr0)
{
	s->efer &= ~(u64)(EFER_LME | EFER_LMA);
	s->cr0 = (s->cr0 & ~(X86_CR0_PE | X86_CR0_PG)) | cr0;
	s->cr3 = 0;
	s->cr4 = 0;
}

static void watchdog(isr_regs_t *regs)
{
	eoi();
}

static u64 run_until_watchdog(struct svm_guest *g)
{
	u64 code;

	apic_setup_timer(WATCHDOG_VECTOR, APIC_LVT_TIMER_ONESHOT);
	apic_start_timer(WATCHDOG_TICKS);
	sti_nop();
	code = svm_run(g);
	cli();
	apic_cleanup_timer();
	return code;
}

/* On a busy host the timer may be faster than L2: what counts is a timer that finds L2 halted. */
u64 run_with_watchdog(struct svm_guest *g, const struct l2_code *code)
{
	u64 exit_code = SVM_EXIT_INTR;

	handle_irq(WATCHDOG_VECTOR, watchdog);
	g->vmcb->save.rip = (uintptr_t)code->start;
	for (int i = 0; i < 1000 && exit_code == SVM_EXIT_INTR; i++) {
		exit_code = run_until_watchdog(g);
		if (g->vmcb->save.rip == (uintptr_t)code->next)
			break;
	}
	return exit_code;
}
