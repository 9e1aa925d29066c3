/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events that L1 injects by EVENTINJ (APM volume 2, section 15.20), and EXITINTINFO: what was being
 * delivered when an exit came in between (15.7.2). L2 takes an injected event before its first
 * instruction, whatever RFLAGS.IF and the TPR say, and without any intercept; a second fault on the
 * way is subject to intercepts.
 */
#include "svm_test.h"
#include "x86/vm.h"

#define ERROR		0x2bcd1234u

/* Injects event into g at code's start; nothing else is changed. */
static void inject(struct svm_guest *g, u64 event)
{
	g->vmcb->control.event_inj = event | EVENT_VALID;
	svm_run_at(g, nothing.start);
}

/* L2 has taken it at its first instruction. Returns whether it has. */
static bool expect_taken(struct svm_guest *g, unsigned int vector, const u64 *error,
			 const char *what)
{
	struct l2_event e;

	if (!expect_event(g, &e, vector, error, nothing.start, what))
		return false;
	expect_eq_msg(e.cs, KERNEL_CS, "%s: CS", what);
	expect_eq_msg(e.rsp, L2_STACK_TOP, "%s: RSP", what);
	expect_eq_msg(g->vmcb->control.exit_int_info & EVENT_VALID, 0,
		      "%s: EXITINTINFO is not valid", what);
	return true;
}

/* That exist, do not depend on the mode, and of which no error code is pushed. */
static const u8 without_error[] = { DE_VECTOR, DB_VECTOR, UD_VECTOR, NM_VECTOR,
				    MF_VECTOR, MC_VECTOR, XM_VECTOR };
static const u8 with_error[] = { DF_VECTOR, TS_VECTOR, NP_VECTOR, SS_VECTOR,
				 GP_VECTOR, PF_VECTOR, AC_VECTOR };

CASE(exceptions, "exceptions: L2's handler runs, though all of them are intercepted")
{
	const u64 error = ERROR;

	for (unsigned int i = 0; i < ARRAY_SIZE(without_error); i++) {
		struct svm_guest *g = svm_new_guest();

		inject(g, EVENT_TYPE_EXCEPTION | without_error[i]);
		if (!expect_taken(g, without_error[i], NULL, exception_mnemonic(without_error[i])))
			return;
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(with_error); i++) {
		struct svm_guest *g = svm_new_guest();

		inject(g,
		       EVENT_TYPE_EXCEPTION | EVENT_HAS_ERROR | EVENT_ERROR(ERROR) | with_error[i]);
		if (!expect_taken(g, with_error[i], &error, exception_mnemonic(with_error[i])))
			return;
	}
}

CASE(error_code_ev, "EV decides whether an error code is pushed, not the vector")
{
	const u64 error = ERROR;
	struct svm_guest *g = svm_new_guest();

	inject(g, EVENT_TYPE_EXCEPTION | EVENT_ERROR(ERROR) | GP_VECTOR);
	expect_taken(g, GP_VECTOR, NULL, "#GP without EV");
	g = svm_new_guest();
	inject(g, EVENT_TYPE_EXCEPTION | EVENT_HAS_ERROR | EVENT_ERROR(ERROR) | UD_VECTOR);
	expect_taken(g, UD_VECTOR, &error, "#UD with EV");
}

CASE(page_fault_cr2, "an injected #PF leaves CR2 to L1, which loads it by the VMCB")
{
	const u64 error = PFERR_WRITE_MASK;
	struct svm_guest *g = svm_new_guest();

	g->vmcb->save.cr2 = 0x123456789abcdeull;
	inject(g, EVENT_TYPE_EXCEPTION | EVENT_HAS_ERROR | EVENT_ERROR(error) | PF_VECTOR);
	expect_taken(g, PF_VECTOR, &error, "#PF");
	expect_eq(g->vmcb->save.cr2, 0x123456789abcdeull);
}

CASE(breakpoint_injected, "#BP is a trap: L2 returns to where RIP is")
{
	struct svm_guest *g = svm_new_guest();

	inject(g, EVENT_TYPE_EXCEPTION | BP_VECTOR);
	expect_taken(g, BP_VECTOR, NULL, "#BP");
	g->vmcb->control.event_inj = 0;
	svm_l2_iret(g);
	svm_run(g);
	expect_exit(g, SVM_EXIT_VMMCALL, nothing.end, "after it");
}

CASE(interrupts, "external interrupts of every vector, though IF is clear and V_TPR the highest")
{
	for (unsigned int vector = 0; vector < 256; vector++) {
		struct svm_guest *g = svm_new_guest();

		g->vmcb->control.int_ctl |= 0xf;
		inject(g, EVENT_TYPE_INTR | vector);
		if (!expect_taken(g, vector, NULL, "interrupt"))
			return;
	}
}

CASE(interrupt_once, "an event is injected once, and L2 goes on where it was")
{
	struct svm_guest *g = svm_new_guest();

	g->vmcb->save.rflags |= X86_EFLAGS_IF | X86_EFLAGS_CF;
	inject(g, EVENT_TYPE_INTR | 0x55);
	expect_taken(g, 0x55, NULL, "interrupt");
	expect_eq(g->vmcb->save.rflags & (X86_EFLAGS_IF | X86_EFLAGS_CF), X86_EFLAGS_CF);
	g->vmcb->control.event_inj = 0;
	svm_l2_iret(g);
	svm_run(g);
	expect_exit(g, SVM_EXIT_VMMCALL, nothing.end, "after it");
	expect_eq(g->vmcb->save.rflags & (X86_EFLAGS_IF | X86_EFLAGS_CF),
		  X86_EFLAGS_IF | X86_EFLAGS_CF);
	expect_eq(g->vmcb->save.rsp, L2_STACK_TOP);
}

CASE(shadow, "an interrupt is injected also in an interrupt shadow")
{
	struct svm_guest *g = svm_new_guest();

	g->vmcb->save.rflags |= X86_EFLAGS_IF;
	g->vmcb->control.interrupt_shadow = VMCB_INTERRUPT_SHADOW;
	inject(g, EVENT_TYPE_INTR | 0x55);
	expect_taken(g, 0x55, NULL, "in a shadow");
}

CASE(nmi, "NMI: vector 2, once; another one can be injected before IRET")
{
	struct svm_guest *g = svm_new_guest();

	inject(g, EVENT_TYPE_NMI | NMI_VECTOR);
	expect_taken(g, NMI_VECTOR, NULL, "NMI");
	inject(g, EVENT_TYPE_NMI | NMI_VECTOR);
	expect_event(g, &(struct l2_event){ 0 }, NMI_VECTOR, NULL, nothing.start,
		     "NMI in its handler");
}

CASE(soft, "software interrupts: L2's handler runs, and returns to nRIP where there is one")
{
	struct svm_guest *g = svm_new_guest();
	struct l2_event e;
	const char *rip = this_cpu_has(X86_FEATURE_NRIPS) ? nothing.next : nothing.start;

	g->vmcb->control.next_rip = (uintptr_t)nothing.next;
	inject(g, EVENT_TYPE_SOFT | 0x66);
	expect_event(g, &e, 0x66, NULL, rip, "INT 66h");
}

CASE(not_valid, "without V nothing is injected, whatever else EVENTINJ holds")
{
	struct svm_guest *g = svm_new_guest();

	g->vmcb->control.event_inj = EVENT_ERROR(ERROR) | EVENT_HAS_ERROR | (7 << 8) | 2;
	expect_through(g, &nothing, "without V");
}

/* ---- what cannot be injected ---- */

static void expect_invalid(u64 event, const char *what)
{
	struct svm_guest *g = svm_new_guest();

	inject(g, event);
	/* The high half is the subject of invalid.c. */
	expect_eq_msg((u32)g->vmcb->control.exit_code, (u32)SVM_EXIT_INVALID, "%s", what);
}

CASE(reserved_types, "the types 1, 5, 6, 7 are invalid")
{
	for (int type = 0; type < 8; type++)
		if (type == 1 || type > 4)
			expect_invalid(type << 8 | 0x30, "type");
}

CASE(not_exceptions, "as exceptions, vector 2 and those above 31 are invalid")
{
	expect_invalid(EVENT_TYPE_EXCEPTION | NMI_VECTOR, "vector 2");
	expect_invalid(EVENT_TYPE_EXCEPTION | 32, "vector 32");
	expect_invalid(EVENT_TYPE_EXCEPTION | 0x80, "vector 80h");
	expect_invalid(EVENT_TYPE_EXCEPTION | 0xff, "vector FFh");
}

CASE(impossible, "#BR cannot be injected in 64-bit mode, which has no BOUND")
{
	expect_invalid(EVENT_TYPE_EXCEPTION | BR_VECTOR, "#BR");
}

/* ---- an exit during the delivery ---- */

static void expect_interrupted(u64 event, unsigned int vector, const char *what)
{
	struct svm_guest *g = svm_new_guest();
	const struct vmcb *v = g->vmcb;

	l2_idt[vector].p = 0;
	inject(g, event);
	expect_exit(g, SVM_EXIT_EXCEPTION(NP_VECTOR), nothing.start, what);
	expect_eq_msg(v->control.exit_int_info, event | EVENT_VALID, "%s: EXITINTINFO", what);
	expect_eq_msg(v->save.rsp, L2_STACK_TOP, "%s: RSP", what);
}

CASE(interrupted_exception, "EXITINTINFO has the exception, and no error code where it has none")
{
	expect_interrupted(EVENT_TYPE_EXCEPTION | UD_VECTOR, UD_VECTOR, "#UD");
}

CASE(interrupted_error_code, "EXITINTINFO has the exception with its error code")
{
	expect_interrupted(EVENT_TYPE_EXCEPTION | EVENT_HAS_ERROR | EVENT_ERROR(0x77) | GP_VECTOR,
			   GP_VECTOR, "#GP");
}

CASE(interrupted_interrupt, "EXITINTINFO has the interrupt")
{
	expect_interrupted(EVENT_TYPE_INTR | 0x93, 0x93, "interrupt");
}

CASE(interrupted_nmi, "EXITINTINFO has the NMI")
{
	expect_interrupted(EVENT_TYPE_NMI | NMI_VECTOR, NMI_VECTOR, "NMI");
}

/* An event that L2 raises itself. */
static void expect_own_interrupted(const struct l2_code *code, unsigned int vector, u64 info)
{
	struct svm_guest *g = svm_new_guest();
	const struct vmcb *v = g->vmcb;

	l2_idt[vector].p = 0;
	g->vmcb->control.intercept_exceptions &= ~(vector < 32 ? 1u << vector : 0);
	expect_run(g, code, SVM_EXIT_EXCEPTION(NP_VECTOR), code->at, "#NP");
	expect_eq(v->control.exit_int_info & ~(info & EVENT_HAS_ERROR ? 0 : EVENT_ERROR(~0u)),
		  info | EVENT_VALID);
}

L2_CODE(own_ud, "", "ud2", "");
L2_CODE(own_int, "", "int $0x91", "");
L2_CODE(own_gp, "movl $0xfffb, %eax", "movl %eax, %es", "");

CASE(own_exception, "EXITINTINFO of an exception that L2 raised itself")
{
	expect_own_interrupted(&own_ud, UD_VECTOR, EVENT_TYPE_EXCEPTION | UD_VECTOR);
}

CASE(own_error_code, "EXITINTINFO of L2's own exception with an error code")
{
	expect_own_interrupted(&own_gp, GP_VECTOR,
			       EVENT_TYPE_EXCEPTION | EVENT_HAS_ERROR | EVENT_ERROR(0xfff8) |
				       GP_VECTOR);
}

CASE(own_soft, "EXITINTINFO of L2's own INT n is a software interrupt")
{
	expect_own_interrupted(&own_int, 0x91, EVENT_TYPE_SOFT | 0x91);
}

CASE(second_error_code, "the second fault's own error code, which names the gate, is in EXITINFO1")
{
	struct svm_guest *g = svm_new_guest();

	l2_idt[0x94].p = 0;
	inject(g, EVENT_TYPE_INTR | 0x94);
	expect_exit(g, SVM_EXIT_EXCEPTION(NP_VECTOR), nothing.start, "interrupt");
	expect_eq(g->vmcb->control.exit_info_1, 0x94 * 8 + 3);
	g = svm_new_guest();
	l2_idt[0x91].p = 0;
	expect_run(g, &own_int, SVM_EXIT_EXCEPTION(NP_VECTOR), own_int.at, "INT n");
	expect_eq(g->vmcb->control.exit_info_1, 0x91 * 8 + 2);
}

CASE(page_fault_on_stack,
     "a #PF while the frame is pushed: its address is in EXITINFO2, the event in EXITINTINFO")
{
	const u64 bad_stack = 0x600000001000ull;
	struct svm_guest *g = svm_new_guest();

	g->vmcb->save.rsp = bad_stack;
	inject(g, EVENT_TYPE_INTR | 0x71);
	expect_exit(g, SVM_EXIT_EXCEPTION(PF_VECTOR), nothing.start, "#PF");
	expect_eq(g->vmcb->control.exit_info_1, PFERR_WRITE_MASK);
	expect_eq(g->vmcb->control.exit_info_2, bad_stack - 8);
	expect_eq(g->vmcb->control.exit_int_info, EVENT_TYPE_INTR | EVENT_VALID | 0x71);
	expect_eq(g->vmcb->save.rsp, bad_stack);
}

/* ---- privilege of gates: an exception's is not looked at, but #BP is as of INT3 ---- */

static void inject_at_cpl3(struct svm_guest *g, u64 event, unsigned int vector)
{
	svm_at_cpl3(g);
	l2_idt[vector].dpl = 0;
	inject(g, event);
}

CASE(gate_privilege, "at CPL 3, by a gate of DPL 0: exceptions and interrupts are delivered")
{
	struct svm_guest *g = svm_new_guest();
	struct l2_event e;

	inject_at_cpl3(g, EVENT_TYPE_EXCEPTION | UD_VECTOR, UD_VECTOR);
	expect_event(g, &e, UD_VECTOR, NULL, nothing.start, "#UD");
	expect_eq(e.cs, USER_CS);
	g = svm_new_guest();
	inject_at_cpl3(g, EVENT_TYPE_INTR | 0x72, 0x72);
	expect_event(g, &e, 0x72, NULL, nothing.start, "interrupt");
	expect_eq(e.cs, USER_CS);
	expect_eq(e.rsp, L2_STACK_TOP);
}

CASE(soft_gate_privilege,
     "at CPL 3, by a gate of DPL 0: a software interrupt becomes #GP with its number")
{
	struct svm_guest *g = svm_new_guest();

	inject_at_cpl3(g, EVENT_TYPE_SOFT | 0x67, 0x67);
	expect_exit(g, SVM_EXIT_EXCEPTION(GP_VECTOR), nothing.start, "INT 67h");
	expect_eq(g->vmcb->control.exit_info_1, 0x67 * 8 + 2);
	expect_eq(g->vmcb->control.exit_int_info, EVENT_TYPE_SOFT | EVENT_VALID | 0x67);
}

CASE(breakpoint_gate_privilege,
     "at CPL 3, by a gate of DPL 0: #BP becomes #GP with the gate's number")
{
	struct svm_guest *g = svm_new_guest();

	inject_at_cpl3(g, EVENT_TYPE_EXCEPTION | BP_VECTOR, BP_VECTOR);
	expect_exit(g, SVM_EXIT_EXCEPTION(GP_VECTOR), nothing.start, "#BP");
	expect_eq(g->vmcb->control.exit_info_1, BP_VECTOR * 8 + 2);
}
