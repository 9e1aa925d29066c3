/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Intercepts of exceptions, and shutdown (APM volume 2, sections 15.12 and 15.14.3): with its bit
 * alone each exits, with the error code in EXITINFO1 and the address of a page fault in EXITINFO2,
 * before CR2 or the stack changes; with all other bits L2's own IDT takes it, with all that it
 * pushes.
 */
#include "svm_test.h"
#include "asm/debugreg.h"
#include "x86/vm.h"

#define CR2_BEFORE	0x5555aaaa5555a000ull
#define NO_ERROR	(~0ull)

static struct svm_guest *guest_with(u32 exceptions)
{
	struct svm_guest *g = svm_new_guest();

	g->vmcb->control.intercept_exceptions = exceptions;
	g->vmcb->save.cr2 = CR2_BEFORE;
	return g;
}

/*
 * error: NO_ERROR if the exception pushes none. cr2: the address of a page fault, else CR2_BEFORE.
 */
static void expect_caught(struct svm_guest *g, const struct l2_code *code, unsigned int vector,
			  u64 error, u64 cr2)
{
	const struct vmcb *v = g->vmcb;

	if (!expect_intercepted(g, code, SVM_EXIT_EXCEPTION(vector), "intercepted"))
		return;
	if (error != NO_ERROR)
		expect_eq(v->control.exit_info_1, error);
	if (vector == PF_VECTOR)
		expect_eq(v->control.exit_info_2, cr2);
	expect_eq(v->save.cr2, CR2_BEFORE);
	expect_eq(v->save.rsp, L2_STACK_TOP);
	expect_eq(v->control.exit_int_info & EVENT_VALID, 0);
}

static void expect_delivered(struct svm_guest *g, const struct l2_code *code, unsigned int vector,
			     u64 error, u64 cr2)
{
	const struct vmcb *v = g->vmcb;
	struct l2_event e;

	svm_run_at(g, code->start);
	if (!expect_event(g, &e, vector, error == NO_ERROR ? NULL : &error, code->at,
			  "not intercepted"))
		return;
	expect_eq(e.cs, KERNEL_CS);
	expect_eq(e.rsp, L2_STACK_TOP);
	expect_eq(v->save.cr2, cr2);
	expect_eq(v->control.exit_int_info & EVENT_VALID, 0);
}

static void try_exception(const struct l2_code *code, unsigned int vector, u64 error, u64 cr2,
			  u64 cr0)
{
	struct svm_guest *g = guest_with(1u << vector);

	g->vmcb->save.cr0 |= cr0;
	expect_caught(g, code, vector, error, cr2);
	g = guest_with(~(1u << vector | 1u << NMI_VECTOR));
	g->vmcb->save.cr0 |= cr0;
	expect_delivered(g, code, vector, error, cr2);
}

#define EXCEPTION(name, description, vector, error, cr0, before, insn)			\
	L2_CODE(name##_code, before, insn, "");						\
	CASE(name, description)								\
	{										\
		try_exception(&name##_code, vector, error, CR2_BEFORE, cr0);		\
	}

EXCEPTION(divide, "#DE", DE_VECTOR, NO_ERROR, 0, "xorl %ecx, %ecx", "divl %ecx")
EXCEPTION(invalid_opcode, "#UD", UD_VECTOR, NO_ERROR, 0, "", "ud2")
EXCEPTION(not_available, "#NM, by CR0.TS", NM_VECTOR, NO_ERROR, X86_CR0_TS, "", "fnop")
EXCEPTION(not_present, "#NP, with the selector", NP_VECTOR, NP_SEL, 0,
	  "movl $" xstr(NP_SEL) ", %eax", "movl %eax, %es")
EXCEPTION(stack_not_present, "#SS, with the selector", SS_VECTOR, NP_SEL, 0,
	  "movl $" xstr(NP_SEL) ", %eax", "movl %eax, %ss")
EXCEPTION(general_protection, "#GP(0)", GP_VECTOR, 0, 0, "movabs $0x0000800000000000, %rax",
	  "movb (%rax), %al")
EXCEPTION(gp_selector, "#GP, with the selector", GP_VECTOR, 0xfff8, 0, "movl $0xfffb, %eax",
	  "movl %eax, %es")

L2_CODE(breakpoint_code, "", "int3", "");

CASE(breakpoint, "#BP of INT3; its RIP is not said to be that of a trap or of a fault")
{
	struct svm_guest *g = guest_with(1u << BP_VECTOR);
	struct l2_event e;

	expect_eq(svm_run_at(g, breakpoint_code.start), SVM_EXIT_EXCEPTION(BP_VECTOR));
	expect(g->vmcb->save.rip == (uintptr_t)breakpoint_code.at ||
	       g->vmcb->save.rip == (uintptr_t)breakpoint_code.next);
	expect_eq(g->vmcb->save.rsp, L2_STACK_TOP);
	if (this_cpu_has(X86_FEATURE_NRIPS))
		expect_eq(g->vmcb->control.next_rip, (uintptr_t)breakpoint_code.next);
	g = guest_with(~(1u << BP_VECTOR));
	svm_run_at(g, breakpoint_code.start);
	expect_event(g, &e, BP_VECTOR, NULL, breakpoint_code.next, "not intercepted");
}

L2_CODE(int_3_long, "", ".byte 0xcd, 0x03", "");

CASE(breakpoint_long, "INT 3 by its long form is not the exception #BP")
{
	struct svm_guest *g = guest_with(1u << BP_VECTOR);
	struct l2_event e;

	svm_run_at(g, int_3_long.start);
	expect_event(g, &e, BP_VECTOR, NULL, int_3_long.next, "INT 3");
}

CASE(single_step, "#DB of a single step: a trap, with DR6 as a handler would see it")
{
	struct svm_guest *g = guest_with(1u << DB_VECTOR);
	struct vmcb_save *s = &g->vmcb->save;
	struct l2_event e;

	s->rflags |= X86_EFLAGS_TF;
	expect_run(g, &nothing, SVM_EXIT_EXCEPTION(DB_VECTOR), nothing.next, "intercepted");
	expect_eq(s->dr6, DR6_ACTIVE_LOW | DR6_BS);
	expect_eq(s->rsp, L2_STACK_TOP);
	g = guest_with(0);
	s->rflags |= X86_EFLAGS_TF;
	svm_run_at(g, nothing.start);
	expect_event(g, &e, DB_VECTOR, NULL, nothing.next, "not intercepted");
	expect_eq(s->dr6, DR6_ACTIVE_LOW | DR6_BS);
	expect_eq(e.rflags & X86_EFLAGS_TF, X86_EFLAGS_TF);
}

CASE(breakpoint_register,
     "#DB of L2's DR7 and L1's DR0: a fault at the instruction, B0 in L2's DR6")
{
	struct svm_guest *g = guest_with(1u << DB_VECTOR);
	struct vmcb_save *s = &g->vmcb->save;

	s->dr7 = DR7_FIXED_1 | DR7_LOCAL_ENABLE_DR0;
	write_dr0((uintptr_t)nothing.next);
	svm_run_at(g, nothing.start);
	write_dr0(0);
	expect_exit(g, SVM_EXIT_EXCEPTION(DB_VECTOR), nothing.next, "breakpoint");
	expect_eq(s->dr6, DR6_ACTIVE_LOW | DR6_TRAP0);
	expect_eq(s->dr7, DR7_FIXED_1 | DR7_LOCAL_ENABLE_DR0);
}

L2_CODE(x87_error_code,
	"fninit; pushq $0x37b; fldcw (%rsp); popq %rax; fld1; fldz; fdivrp %st, %st(1)", "fwait",
	"");

CASE(x87_error, "#MF")
{
	require(this_cpu_has(X86_FEATURE_FPU));
	try_exception(&x87_error_code, MF_VECTOR, NO_ERROR, CR2_BEFORE, 0);
	asm volatile("fninit");
}

/* ---- page faults, at an address that L1 has not mapped ---- */

#define FAR_AWAY	0x600000000123ull
#define FAR_TEXT	xstr(0x600000000123)
L2_CODE(pf_read, "movabs $" FAR_TEXT ", %rsi", "movb (%rsi), %al", "");
L2_CODE(pf_write, "movabs $" FAR_TEXT ", %rsi", "movb %al, (%rsi)", "");

CASE(page_fault, "#PF: error code and the whole address; CR2 changes only if it is not intercepted")
{
	try_exception(&pf_read, PF_VECTOR, 0, FAR_AWAY, 0);
	try_exception(&pf_write, PF_VECTOR, PFERR_WRITE_MASK, FAR_AWAY, 0);
}

CASE(page_fault_user, "#PF at CPL 3 has U in its error code, and L2's handler the stack of its TSS")
{
	struct svm_guest *g = guest_with(1u << PF_VECTOR);
	const u64 error = PFERR_USER_MASK | PFERR_WRITE_MASK;
	struct l2_event e;

	svm_at_cpl3(g);
	expect_caught(g, &pf_write, PF_VECTOR, error, FAR_AWAY);
	g = guest_with(0);
	svm_at_cpl3(g);
	svm_run_at(g, pf_write.start);
	if (!expect_event(g, &e, PF_VECTOR, &error, pf_write.at, "not intercepted"))
		return;
	expect_eq(e.cs, USER_CS);
	expect_eq(e.ss, USER_DS);
	expect_eq(e.rsp, L2_STACK_TOP);
	expect_eq(g->vmcb->save.cpl, 0);
	expect_eq(g->vmcb->save.rsp, L2_STACK0_TOP - 7 * 8);
	expect_eq(g->vmcb->save.cr2, FAR_AWAY);
}

L2_CODE(jump_far_away, "movabs $" FAR_TEXT ", %rsi", "jmp *%rsi", "");

CASE(page_fault_fetch, "#PF of a fetch: RIP is the address; I in the error code with EFER.NXE")
{
	struct svm_guest *g = guest_with(1u << PF_VECTOR);

	require(this_cpu_has(X86_FEATURE_NX));
	g->vmcb->save.efer |= EFER_NX;
	expect_run(g, &jump_far_away, SVM_EXIT_EXCEPTION(PF_VECTOR), (void *)FAR_AWAY, "fetch");
	expect_eq(g->vmcb->control.exit_info_1, PFERR_FETCH_MASK);
	expect_eq(g->vmcb->control.exit_info_2, FAR_AWAY);
}

CASE(fetched_bytes, "the exit of a data #PF has bytes of the instruction, at most 15")
{
	struct svm_guest *g = guest_with(1u << PF_VECTOR);
	const struct vmcb_control *c = &g->vmcb->control;

	require_svm(DECODEASSISTS);
	expect_intercepted(g, &pf_write, SVM_EXIT_EXCEPTION(PF_VECTOR), "store");
	expect_le(c->bytes_fetched, sizeof(c->instruction));
	expect_mem(c->instruction, pf_write.at, MIN(c->bytes_fetched, pf_write.next - pf_write.at));
}

/* ---- double fault and shutdown: L2 has no IDT ---- */

static void take_idt(struct svm_guest *g)
{
	g->vmcb->save.idtr.limit = 0;
}

CASE(double_fault, "#DF, with an error code of 0, at the instruction that raised the first fault")
{
	struct svm_guest *g = guest_with(1u << DF_VECTOR);

	take_idt(g);
	expect_eq(svm_run_at(g, divide_code.start), SVM_EXIT_EXCEPTION(DF_VECTOR));
	expect_eq(g->vmcb->control.exit_info_1, 0);
	expect_eq(g->vmcb->save.rip, (uintptr_t)divide_code.at);
	expect_eq(g->vmcb->save.rsp, L2_STACK_TOP);
}

CASE(shutdown, "a triple fault is a shutdown, which exits with its intercept")
{
	struct svm_guest *g = guest_with(0);

	take_idt(g);
	expect_eq(svm_run_at(g, divide_code.start), SVM_EXIT_SHUTDOWN);
	/* The state of L2 is undefined after it (section 15.14.3); L1's is not. */
	expect_through(svm_new_guest(), &nothing, "after it");
}
