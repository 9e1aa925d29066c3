/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The global interrupt flag and physical events (APM volume 2, sections 15.17, 15.21.1, 15.13): GIF
 * clear holds interrupts and NMIs, VMRUN sets it and #VMEXIT clears it. What reaches L2 while it
 * runs depends on the intercepts, V_INTR_MASKING and the RFLAGS.IF of L1 or of L2. The event is
 * always pending before: a self-IPI that IRR shows.
 */
#include "svm_test.h"
#include "x86/apic.h"
#include "x86/isr.h"

#define VECTOR		0x62
#define TRIES		10000000
#define A_WHILE		1000	/* for an NMI: nothing tells that it is pending */

static unsigned int irqs, nmis;

static void count_irq(isr_regs_t *regs)
{
	irqs++;
	eoi();
}

static void count_nmi(struct ex_regs *regs)
{
	nmis++;
}

static void send_self_irq(void)
{
	irqs = 0;
	handle_irq(VECTOR, count_irq);
	apic_icr_write(APIC_DEST_SELF | APIC_DEST_PHYSICAL | APIC_DM_FIXED | APIC_INT_ASSERT |
		       VECTOR, 0);
	while (!irqs && !apic_read_bit(APIC_IRR, VECTOR))
		pause();
}

static void send_self_nmi(void)
{
	nmis = 0;
	handle_exception(NMI_VECTOR, count_nmi);
	apic_icr_write(APIC_DEST_PHYSICAL | APIC_DM_NMI | APIC_INT_ASSERT, apic_id());
	for (int i = 0; i < A_WHILE; i++)
		pause();
}

/* Lets the pending one in, and says how many there were. */
static unsigned int take_irq(void)
{
	sti_nop();
	for (int i = 0; i < TRIES && !irqs && apic_read_bit(APIC_IRR, VECTOR); i++)
		pause();
	cli();
	return irqs;
}

static unsigned int take_nmi(void)
{
	for (int i = 0; i < TRIES && !nmis; i++)
		pause();
	handle_exception(NMI_VECTOR, NULL);
	return nmis;
}

CASE(clgi_holds_irq, "CLGI holds an interrupt, though IF is set; STGI lets it in")
{
	svm_new_guest();
	cli();
	clgi();
	send_self_irq();
	sti_nop();
	for (int i = 0; i < A_WHILE; i++)
		pause();
	expect_eq(irqs, 0);
	expect_eq(apic_read_bit(APIC_IRR, VECTOR), true);
	stgi();
	expect_eq(take_irq(), 1);
}

CASE(clgi_holds_nmi, "CLGI holds an NMI; STGI lets it in")
{
	svm_new_guest();
	clgi();
	send_self_nmi();
	expect_eq(nmis, 0);
	stgi();
	expect_eq(take_nmi(), 1);
}

/* As svm_run(), but GIF stays as #VMEXIT leaves it. The instructions of L2 change no register. */
static void run_without_stgi(struct svm_guest *g, const void *rip)
{
	g->vmcb->save.rip = (uintptr_t)rip;
	asm volatile("clgi\n\t" ".byte 0x0f, 0x01, 0xd8" : : "a" (g->vmcb) : "memory");
}

CASE(exit_clears_gif, "#VMEXIT leaves GIF clear: L1's interrupts wait for STGI")
{
	struct svm_guest *g = svm_new_guest();

	stgi();
	run_without_stgi(g, nothing.start);
	send_self_irq();
	sti_nop();
	for (int i = 0; i < A_WHILE; i++)
		pause();
	expect_eq(irqs, 0);
	stgi();
	expect_eq(take_irq(), 1);
	expect_exit(g, SVM_EXIT_VMMCALL, nothing.end, "L2");
}

/* ---- physical interrupts in L2 ---- */

static struct svm_guest *guest_for_irq(bool intercept, u64 int_ctl, u64 rflags)
{
	struct svm_guest *g = svm_new_guest();

	if (!intercept)
		svm_no_intercept(g, INTERCEPT_INTR);
	g->vmcb->control.int_ctl = int_ctl;
	g->vmcb->save.rflags |= rflags;
	return g;
}

/* L2 runs with an interrupt of L1's APIC pending, and L1's IF as told. */
static void run_with_irq(struct svm_guest *g, bool host_if)
{
	cli();
	clgi();
	send_self_irq();
	if (host_if)
		sti_nop();
	svm_run_at(g, nothing.start);
	cli();
}

CASE(intr, "INTR exits before L2's first instruction; the interrupt stays with the APIC, for L1")
{
	struct svm_guest *g = guest_for_irq(true, V_INTR_MASKING, 0);

	run_with_irq(g, true);
	expect_exit(g, SVM_EXIT_INTR, nothing.start, "L1's IF set");
	expect_eq(g->vmcb->save.rsp, L2_STACK_TOP);
	expect_eq(take_irq(), 1);
}

CASE(intr_masked,
     "with V_INTR_MASKING L1's IF masks physical interrupts, L2's does not let them in")
{
	struct svm_guest *g = guest_for_irq(true, V_INTR_MASKING, X86_EFLAGS_IF);

	run_with_irq(g, false);
	expect_exit(g, SVM_EXIT_VMMCALL, nothing.end, "L1's IF clear, L2's set");
	expect_eq(take_irq(), 1);
}

CASE(intr_unmasked,
     "without V_INTR_MASKING L2's IF masks physical interrupts, L1's does not matter")
{
	struct svm_guest *g = guest_for_irq(true, 0, X86_EFLAGS_IF);

	run_with_irq(g, false);
	expect_exit(g, SVM_EXIT_INTR, nothing.start, "L2's IF set");
	expect_eq(take_irq(), 1);
	g = guest_for_irq(true, 0, 0);
	run_with_irq(g, true);
	expect_exit(g, SVM_EXIT_VMMCALL, nothing.end, "L2's IF clear");
	take_irq();
}

CASE(intr_not_intercepted,
     "an interrupt that is not intercepted goes to L2's IDT, and is acknowledged")
{
	struct svm_guest *g = guest_for_irq(false, 0, X86_EFLAGS_IF);
	struct l2_event e;

	run_with_irq(g, false);
	expect_event(g, &e, VECTOR, NULL, nothing.start, "L2's IF set");
	expect_eq(apic_read_bit(APIC_IRR, VECTOR), false);
	expect_eq(apic_read_bit(APIC_ISR, VECTOR), true);
	eoi();
	expect_eq(irqs, 0);
}

CASE(nmi_exit, "NMI exits before L2's first instruction; L1 gets it with STGI")
{
	struct svm_guest *g = svm_new_guest();

	clgi();
	send_self_nmi();
	expect_eq(nmis, 0);
	svm_run_at(g, nothing.start);
	expect_exit(g, SVM_EXIT_NMI, nothing.start, "NMI");
	expect_eq(take_nmi(), 1);
}

CASE(nmi_not_intercepted, "an NMI that is not intercepted goes to L2's IDT")
{
	struct svm_guest *g = svm_new_guest();
	struct l2_event e;

	svm_no_intercept(g, INTERCEPT_NMI);
	clgi();
	send_self_nmi();
	svm_run_at(g, nothing.start);
	expect_event(g, &e, NMI_VECTOR, NULL, nothing.start, "NMI");
	expect_eq(nmis, 0);
	svm_l2_iret(g);
	svm_run(g);
	expect_exit(g, SVM_EXIT_VMMCALL, nothing.end, "after its handler");
	handle_exception(NMI_VECTOR, NULL);
}

CASE(nmi_before_irq, "of an NMI and an interrupt that are both pending the NMI exits first")
{
	struct svm_guest *g = guest_for_irq(true, 0, X86_EFLAGS_IF);

	cli();
	clgi();
	send_self_irq();
	send_self_nmi();
	svm_run_at(g, nothing.start);
	expect_exit(g, SVM_EXIT_NMI, nothing.start, "both");
	expect_eq(take_nmi(), 1);
	expect_eq(take_irq(), 1);
}

CASE(irq_before_virq,
     "of a physical and a virtual interrupt that are both pending the physical one exits first")
{
	const u64 virq = V_IRQ | V_IGN_TPR | 0x77ull << V_INTR_VECTOR_SHIFT;
	struct svm_guest *g = guest_for_irq(true, V_INTR_MASKING | virq, X86_EFLAGS_IF);
	struct l2_event e;

	run_with_irq(g, true);
	expect_exit(g, SVM_EXIT_INTR, nothing.start, "both");
	expect_eq(g->vmcb->control.int_ctl & V_IRQ, V_IRQ);
	expect_eq(take_irq(), 1);
	svm_run(g);
	expect_event(g, &e, 0x77, NULL, nothing.start, "the virtual one");
}

/* ---- L2's own STGI and CLGI ---- */

L2_CODE(clgi_sti, ".byte 0x0f, 0x01, 0xdd; sti; nop", "nop",
	".byte 0x0f, 0x01, 0xdc; l2_after_stgi: nop; nop");
extern char l2_after_stgi[];

CASE(l2_clgi, "CLGI in L2, not intercepted, holds V_IRQ until STGI")
{
	struct svm_guest *g = svm_new_guest();
	struct l2_event e;

	g->vmcb->control.int_ctl |= V_IRQ | V_IGN_TPR | (u64)VECTOR << V_INTR_VECTOR_SHIFT;
	svm_run_at(g, clgi_sti.start);
	expect_event(g, &e, VECTOR, NULL, l2_after_stgi, "V_IRQ");
}

#define VGIF_IRQ	(V_GIF_ENABLE | V_IRQ | V_IGN_TPR | (u64)VECTOR << V_INTR_VECTOR_SHIFT)

L2_CODE(only_stgi, "", ".byte 0x0f, 0x01, 0xdc", "");
L2_CODE(only_clgi, "", ".byte 0x0f, 0x01, 0xdd", "");

CASE(vgif, "virtual GIF: with V_GIF set V_IRQ is taken; with V_GIF clear it is held")
{
	struct svm_guest *g = svm_new_guest();
	struct l2_event e;

	require_svm(VGIF);
	g->vmcb->control.int_ctl |= VGIF_IRQ | V_GIF;
	g->vmcb->save.rflags |= X86_EFLAGS_IF;
	svm_run_at(g, nothing.start);
	expect_event(g, &e, VECTOR, NULL, nothing.start, "V_GIF set");
	expect_eq(g->vmcb->control.int_ctl & (V_GIF | V_IRQ), V_GIF);
	/* What L2 has run with before must not matter. */
	expect_through(g, &only_stgi, "STGI");
	g = svm_new_guest();
	g->vmcb->control.int_ctl |= VGIF_IRQ;
	g->vmcb->save.rflags |= X86_EFLAGS_IF;
	expect_through(g, &nothing, "V_GIF clear");
	expect_eq(g->vmcb->control.int_ctl, V_INTR_MASKING | VGIF_IRQ);
}

CASE(vgif_stgi,
     "virtual GIF: STGI and CLGI of L2 set and clear V_GIF, which is saved; L1's GIF stays")
{
	struct svm_guest *g = svm_new_guest();

	require_svm(VGIF);
	g->vmcb->control.int_ctl |= V_GIF_ENABLE;
	expect_through(g, &only_stgi, "STGI");
	expect_eq(g->vmcb->control.int_ctl, V_INTR_MASKING | V_GIF_ENABLE | V_GIF);
	expect_through(g, &only_clgi, "CLGI");
	expect_eq(g->vmcb->control.int_ctl, V_INTR_MASKING | V_GIF_ENABLE);
	send_self_irq();
	expect_eq(take_irq(), 1);
}

CASE(vgif_physical, "virtual GIF: V_GIF clear does not hold physical interrupts")
{
	struct svm_guest *g = guest_for_irq(true, V_INTR_MASKING | V_GIF_ENABLE, 0);

	require_svm(VGIF);
	run_with_irq(g, true);
	expect_exit(g, SVM_EXIT_INTR, nothing.start, "V_GIF clear");
	expect_eq(take_irq(), 1);
}

/* ---- interrupt shadow: section 15.21.5 ---- */

L2_CODE(sti_exit, "sti", "cpuid", "");
L2_CODE(ss_exit, "movl %ss, %eax; movl %eax, %ss", "cpuid", "");
L2_CODE(no_shadow_exit, "sti; nop", "cpuid", "");

static void expect_shadow(const struct l2_code *code, u64 rflags, u64 shadow, const char *what)
{
	struct svm_guest *g = svm_new_guest();

	svm_intercept(g, INTERCEPT_CPUID);
	g->vmcb->save.rflags |= rflags;
	expect_intercepted(g, code, SVM_EXIT_CPUID, what);
	expect_eq_msg(g->vmcb->control.interrupt_shadow & VMCB_INTERRUPT_SHADOW, shadow,
		      "%s: shadow", what);
}

CASE(shadow_saved,
     "an exit behind STI or MOV to SS saves the interrupt shadow; one instruction later none")
{
	expect_shadow(&sti_exit, 0, VMCB_INTERRUPT_SHADOW, "STI");
	expect_shadow(&ss_exit, X86_EFLAGS_IF, VMCB_INTERRUPT_SHADOW, "MOV to SS");
	expect_shadow(&no_shadow_exit, 0, 0, "STI, NOP");
}
