/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtual interrupts (APM volume 2, section 15.21): V_IRQ is taken by L2's IDT when RFLAGS.IF is
 * set, no shadow holds it and its priority is above V_TPR, unless V_IGN_TPR; V_IRQ in the VMCB then
 * tells that it was. CR8 is V_TPR. The intercept VINTR exits instead. Priorities are tried in all
 * 16 x 16 combinations.
 */
#include "svm_test.h"
#include "x86/apic.h"

#define VECTOR		0x67ull
#define IRQ(prio)	(V_IRQ | (u64)(prio) << V_INTR_PRIO_SHIFT | VECTOR << V_INTR_VECTOR_SHIFT)

static struct svm_guest *guest_with_irq(u64 int_ctl, u64 rflags)
{
	struct svm_guest *g = svm_new_guest();

	g->vmcb->control.int_ctl |= int_ctl;
	g->vmcb->save.rflags |= rflags;
	return g;
}

/* L2 has taken VECTOR at rip, and the VMCB says so. */
static bool expect_irq(struct svm_guest *g, const void *rip, const char *what)
{
	struct l2_event e;

	if (!expect_event(g, &e, VECTOR, NULL, rip, what))
		return false;
	expect_eq_msg(g->vmcb->control.int_ctl & V_IRQ, 0, "%s: V_IRQ", what);
	expect_eq_msg(e.rflags & X86_EFLAGS_IF, X86_EFLAGS_IF, "%s: IF pushed", what);
	expect_eq_msg(g->vmcb->save.rflags & X86_EFLAGS_IF, 0, "%s: IF in the handler", what);
	return true;
}

static void expect_pending(struct svm_guest *g, const char *what)
{
	expect_exit(g, SVM_EXIT_VMMCALL, nothing.end, what);
	expect_eq_msg(g->vmcb->control.int_ctl & V_IRQ, V_IRQ, "%s: V_IRQ", what);
}

CASE(taken, "with IF set V_IRQ is taken before the first instruction, once")
{
	struct svm_guest *g = guest_with_irq(IRQ(1), X86_EFLAGS_IF);

	svm_run_at(g, nothing.start);
	expect_irq(g, nothing.start, "IF set");
	svm_l2_iret(g);
	svm_run(g);
	expect_exit(g, SVM_EXIT_VMMCALL, nothing.end, "after it");
}

CASE(masked, "with IF clear V_IRQ stays pending, and the VMCB says so")
{
	struct svm_guest *g = guest_with_irq(IRQ(15), 0);

	svm_run_at(g, nothing.start);
	expect_pending(g, "IF clear");
	expect_eq(g->vmcb->control.int_ctl, V_INTR_MASKING | IRQ(15));
}

L2_CODE(set_if, "nop", "sti", "nop; l2_set_if_here: nop; nop");
extern char l2_set_if_here[];

CASE(sti, "STI lets V_IRQ in behind the instruction that follows it")
{
	struct svm_guest *g = guest_with_irq(IRQ(1), 0);

	svm_run_at(g, set_if.start);
	expect_irq(g, l2_set_if_here, "STI");
}

L2_CODE(pop_if, "pushq $0x202", "popfq", "nop");

CASE(popf_if, "POPF lets V_IRQ in at once")
{
	struct svm_guest *g = guest_with_irq(IRQ(1), 0);

	svm_run_at(g, pop_if.start);
	expect_irq(g, pop_if.next, "POPF");
}

CASE(shadow_at_entry, "INTERRUPT_SHADOW of the VMCB holds V_IRQ for one instruction")
{
	struct svm_guest *g = guest_with_irq(IRQ(1), X86_EFLAGS_IF);

	g->vmcb->control.interrupt_shadow = VMCB_INTERRUPT_SHADOW;
	svm_run_at(g, nothing.start);
	expect_irq(g, nothing.next, "shadow");
	expect_eq(g->vmcb->control.interrupt_shadow & VMCB_INTERRUPT_SHADOW, 0);
}

static void try_priority(unsigned int tpr, unsigned int prio)
{
	struct svm_guest *g = guest_with_irq(IRQ(prio) | tpr, X86_EFLAGS_IF);
	bool taken;

	svm_run_at(g, nothing.start);
	taken = g->vmcb->save.rip != (uintptr_t)nothing.end;
	expect_eq_msg(taken, prio > tpr, "V_TPR %u, priority %u", tpr, prio);
	expect_eq_msg(!!(g->vmcb->control.int_ctl & V_IRQ), !taken, "V_TPR %u, priority %u: V_IRQ",
		      tpr, prio);
}

CASE(priority, "V_IRQ is taken if its priority is above V_TPR, and not if it is below")
{
	for (unsigned int tpr = 0; tpr < 16; tpr++)
		for (unsigned int prio = 0; prio < 16; prio++)
			if (prio != tpr)
				try_priority(tpr, prio);
}

CASE(priority_equal, "V_IRQ with the priority of V_TPR is not taken")
{
	for (unsigned int tpr = 0; tpr < 16; tpr++)
		try_priority(tpr, tpr);
}

CASE(ignore_tpr, "with V_IGN_TPR V_IRQ is taken whatever its priority is")
{
	for (unsigned int tpr = 0; tpr < 16; tpr++)
		for (unsigned int prio = 0; prio < 16; prio++) {
			struct svm_guest *g =
				guest_with_irq(IRQ(prio) | tpr | V_IGN_TPR, X86_EFLAGS_IF);

			svm_run_at(g, nothing.start);
			if (!expect_irq(g, nothing.start, "V_IGN_TPR"))
				return;
		}
}

L2_CODE(lower_tpr, "", "movq %rax, %cr8", "nop");

CASE(tpr_lowered, "when L2 lowers CR8 below its priority V_IRQ is taken")
{
	struct svm_guest *g = guest_with_irq(IRQ(6) | 9, X86_EFLAGS_IF);

	g->vmcb->save.rax = 5;
	svm_run_at(g, lower_tpr.start);
	expect_irq(g, lower_tpr.next, "CR8 5");
	expect_eq(g->vmcb->control.int_ctl & V_TPR_MASK, 5);
}

CASE(tpr_held, "when L2 lowers CR8, but not below its priority, V_IRQ is held")
{
	struct svm_guest *g = guest_with_irq(IRQ(6) | 9, X86_EFLAGS_IF);

	g->vmcb->save.rax = 7;
	expect_through(g, &lower_tpr, "CR8 7");
	expect_eq(g->vmcb->control.int_ctl & V_TPR_MASK, 7);
	expect_eq(g->vmcb->control.int_ctl & V_IRQ, V_IRQ);
}

L2_CODE(exchange_cr8, "movq %cr8, %rcx", "movq %rax, %cr8", "movq %cr8, %rdx");

static struct svm_guest *run_cr8(u64 int_ctl, u64 cr8)
{
	struct svm_guest *g = svm_new_guest();

	g->vmcb->control.int_ctl = int_ctl;
	g->vmcb->save.rax = cr8;
	expect_through(g, &exchange_cr8, "MOV to CR8");
	return g;
}

CASE(v_tpr, "with V_INTR_MASKING CR8 is V_TPR, which is loaded and saved; L1's TPR stays")
{
	struct svm_guest *g;

	apic_set_tpr(3);
	g = run_cr8(V_INTR_MASKING | 7, 12);
	expect_eq(g->regs->rcx, 7);
	expect_eq(g->regs->rdx, 12);
	expect_eq(g->vmcb->control.int_ctl & V_TPR_MASK, 12);
	expect_eq(read_cr8(), 3);
	apic_set_tpr(0);
}

CASE(v_tpr_unmasked, "without V_INTR_MASKING reads of CR8 are the TPR, writes go to both")
{
	struct svm_guest *g;
	u64 tpr;

	apic_set_tpr(3);
	g = run_cr8(7, 12);
	tpr = read_cr8();
	apic_set_tpr(0);
	expect_eq(g->regs->rcx, 3);
	expect_eq(g->regs->rdx, 12);
	expect_eq(g->vmcb->control.int_ctl & V_TPR_MASK, 12);
	expect_eq(tpr, 12);
}

/* ---- the intercept: section 15.21.6 ---- */

CASE(vintr, "VINTR exits when V_IRQ would be taken, which then is still pending")
{
	struct svm_guest *g = guest_with_irq(IRQ(1), X86_EFLAGS_IF);

	svm_intercept(g, INTERCEPT_VINTR);
	expect_run(g, &nothing, SVM_EXIT_VINTR, nothing.start, "IF set");
	expect_eq(g->vmcb->control.int_ctl, V_INTR_MASKING | IRQ(1));
	expect_eq(g->vmcb->save.rsp, L2_STACK_TOP);
	expect_eq(g->vmcb->control.exit_int_info & EVENT_VALID, 0);
}

CASE(vintr_window, "VINTR does not exit before the window opens, and then right there")
{
	struct svm_guest *g = guest_with_irq(IRQ(1), 0);

	svm_intercept(g, INTERCEPT_VINTR);
	svm_run_at(g, set_if.start);
	expect_exit(g, SVM_EXIT_VINTR, l2_set_if_here, "behind STI's shadow");
	g = guest_with_irq(IRQ(1), 0);
	svm_intercept(g, INTERCEPT_VINTR);
	expect_through(g, &nothing, "IF clear");
}

CASE(injected_first, "an injected event comes before V_IRQ, which its handler then holds")
{
	struct svm_guest *g = guest_with_irq(IRQ(1), X86_EFLAGS_IF);
	struct l2_event e;

	g->vmcb->control.event_inj = EVENT_VALID | EVENT_TYPE_EXCEPTION | UD_VECTOR;
	svm_run_at(g, nothing.start);
	expect_event(g, &e, UD_VECTOR, NULL, nothing.start, "injected");
	expect_eq(g->vmcb->control.int_ctl & V_IRQ, V_IRQ);
	g->vmcb->control.event_inj = 0;
	svm_l2_iret(g);
	svm_run(g);
	expect_irq(g, nothing.start, "after the handler");
}

CASE(other_vectors, "the vector is V_INTR_VECTOR's, all 8 bits")
{
	static const u8 vectors[] = { 0x20, 0x55, 0xaa, 0xff };

	for (unsigned int i = 0; i < ARRAY_SIZE(vectors); i++) {
		struct svm_guest *g = guest_with_irq(
			V_IRQ | V_IGN_TPR | (u64)vectors[i] << V_INTR_VECTOR_SHIFT, X86_EFLAGS_IF);
		struct l2_event e;

		svm_run_at(g, nothing.start);
		expect_event(g, &e, vectors[i], NULL, nothing.start, "vector");
	}
}

L2_CODE(wait, "sti", "hlt", "nop");

CASE(hlt_wakes, "V_IRQ wakes L2 from HLT")
{
	struct svm_guest *g = guest_with_irq(IRQ(1), 0);

	svm_no_intercept(g, INTERCEPT_HLT);
	run_with_watchdog(g, &wait);
	expect_irq(g, wait.next, "HLT");
}

CASE(hlt_waits, "without an interrupt L2 waits in HLT until L1's comes")
{
	struct svm_guest *g = guest_with_irq(0, 0);

	svm_no_intercept(g, INTERCEPT_HLT);
	run_with_watchdog(g, &wait);
	expect_exit(g, SVM_EXIT_INTR, wait.next, "HLT");
}
