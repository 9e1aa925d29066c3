/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Intercepts of instructions, VMCB vectors 3 and 4 (APM volume 2, section 15.9 and appendix B):
 * with its bit alone the instruction exits, with its code, before it has done anything; with all
 * other bits it does not. nRIP where it is announced (15.7.1), EXITINFO1 with decode assists
 * (15.8). Not here: events, I/O, MSRs, selective CR0 writes, task switches (their own files); RSM,
 * FERR_FREEZE (nothing here provokes them), the EFER and CR write traps of SEV-ES.
 */
#include "svm_test.h"

#define NO_EXIT		0	/* the instruction is executed */
#define ANYTHING	(~0u)	/* without the intercept it may fault, or must not be tried */

static struct vmcb scratch __attribute__((aligned(4096)));

#define RCX_BEFORE	0
#define RDX_BEFORE	0

static struct svm_guest *guest_for_instruction(void)
{
	struct svm_guest *g = svm_new_guest();

	vmsave(&scratch);
	g->vmcb->save.rax = (uintptr_t)&scratch;
	g->regs->rdi = (uintptr_t)l2_stack;
	g->regs->rcx = RCX_BEFORE;
	g->regs->rdx = RDX_BEFORE;
	return g;
}

/* The instruction exits and has not been executed. */
static void expect_exit_of(const struct l2_code *code, int intercept)
{
	struct svm_guest *g = guest_for_instruction();
	const struct vmcb *v = g->vmcb;

	svm_intercept(g, intercept);
	if (!expect_intercepted(g, code, SVM_EXIT_INTERCEPT(intercept), "with its intercept"))
		return;
	expect_eq(v->save.rax, (uintptr_t)&scratch);
	expect_eq(g->regs->rcx, RCX_BEFORE);
	expect_eq(g->regs->rdx, RDX_BEFORE);
	expect_eq(v->control.interrupt_shadow, 0);
	expect_eq(v->control.exit_int_info & EVENT_VALID, 0);
	if (this_cpu_has(X86_FEATURE_NRIPS))
		expect_eq(v->control.next_rip, (uintptr_t)code->next);
}

/* All other bits of both vectors do not make it exit. */
static void expect_no_exit(const struct l2_code *code, int intercept, unsigned int otherwise)
{
	struct svm_guest *g = guest_for_instruction();

	for (int other = INTERCEPT_INTR; other <= INTERCEPT_RDPRU; other++)
		svm_intercept(g, other);
	svm_no_intercept(g, intercept);
	if (otherwise)
		expect_run(g, code, otherwise, code->at, "without its intercept");
	else
		expect_through(g, code, "without its intercept");
}

static void try_both(const struct l2_code *code, int intercept, unsigned int otherwise)
{
	expect_exit_of(code, intercept);
	if (otherwise != ANYTHING)
		expect_no_exit(code, intercept, otherwise);
}

/* otherwise: the exit code without the intercept, NO_EXIT or ANYTHING. */
#define INSTRUCTION(name, intercept, description, before, insn, after, otherwise)	\
	L2_CODE(name##_code, before, insn, after);					\
	CASE(name, #intercept ": " description)						\
	{										\
		try_both(&name##_code, INTERCEPT_##intercept, otherwise);		\
	}
#define PLAIN(name, intercept, insn) \
	INSTRUCTION(name, intercept, insn, "", insn, "", NO_EXIT)
/* An instruction that is there only with a feature. */
#define INSTRUCTION_OF(feature, name, intercept, description, insn, otherwise)		\
	L2_CODE(name##_code, "", insn, "");						\
	CASE(name, #intercept ": " description)						\
	{										\
		require_svm(feature);							\
		try_both(&name##_code, INTERCEPT_##intercept, otherwise);		\
	}

PLAIN(sidt, IDTR_READ, "sidt (%rdi)")
PLAIN(sgdt, GDTR_READ, "sgdt (%rdi)")
PLAIN(sldt, LDTR_READ, "sldt (%rdi)")
PLAIN(str, TR_READ, "str (%rdi)")
PLAIN(lldt, LDTR_WRITE, "lldt %cx")
PLAIN(rdtsc, RDTSC, "rdtsc")
PLAIN(pushf, PUSHF, "pushfq")
PLAIN(cpuid_insn, CPUID, "cpuid")
PLAIN(pause_insn, PAUSE, "pause")
PLAIN(invlpg, INVLPG, "invlpg (%rdi)")
PLAIN(invlpga, INVLPGA, ".byte 0x0f, 0x01, 0xdf")
PLAIN(vmload, VMLOAD, ".byte 0x0f, 0x01, 0xda")
PLAIN(vmsave, VMSAVE, ".byte 0x0f, 0x01, 0xdb")
PLAIN(stgi, STGI, ".byte 0x0f, 0x01, 0xdc")
PLAIN(wbinvd, WBINVD, "wbinvd")
INSTRUCTION(popf, POPF, "popfq", "pushq $2", "popfq", "", NO_EXIT)
INSTRUCTION(iret, IRET, "iretq",
	    "movq %rsp, %rbx; movq %ss, %rsi; pushq %rsi; pushq %rbx; pushq $2;"
	    "movq %cs, %rsi; pushq %rsi; pushq $l2_iret_code_next", "iretq", "", NO_EXIT)
INSTRUCTION(invd, INVD, "invd", "", "invd", "", ANYTHING)
INSTRUCTION(rdpmc, RDPMC, "rdpmc", "", "rdpmc", "", ANYTHING)
INSTRUCTION(vmrun, VMRUN, "vmrun", "", ".byte 0x0f, 0x01, 0xd8", "", ANYTHING)
INSTRUCTION(vmmcall, VMMCALL, "vmmcall; without it is #UD", "", "vmmcall", "",
	    SVM_EXIT_EXCEPTION(UD_VECTOR))
INSTRUCTION(clgi, CLGI, "clgi", "", ".byte 0x0f, 0x01, 0xdd", "", NO_EXIT)
INSTRUCTION(icebp, ICEBP, "icebp", "", ".byte 0xf1", "", ANYTHING)
INSTRUCTION_OF(SKINIT, skinit, SKINIT, "skinit", ".byte 0x0f, 0x01, 0xde", ANYTHING)
INSTRUCTION_OF(RDTSCP, rdtscp, RDTSCP, "rdtscp", "rdtscp", NO_EXIT)
INSTRUCTION_OF(MWAIT, monitor, MONITOR, "monitor", ".byte 0x0f, 0x01, 0xc8", NO_EXIT)
INSTRUCTION_OF(MWAIT, mwait, MWAIT, "mwait", ".byte 0x0f, 0x01, 0xc9", ANYTHING)
INSTRUCTION_OF(RDPRU, rdpru, RDPRU, "rdpru", ".byte 0x0f, 0x01, 0xfd", NO_EXIT)

L2_CODE(lgdt_code, "sgdt (%rdi)", "lgdt (%rdi)", "");
L2_CODE(lidt_code, "sidt (%rdi)", "lidt (%rdi)", "");

static void expect_table_load(const struct l2_code *code, int write, int read)
{
	struct svm_guest *g;

	expect_exit_of(code, write);
	g = guest_for_instruction();
	svm_intercept(g, write ^ (INTERCEPT_GDTR_WRITE ^ INTERCEPT_IDTR_WRITE));
	expect_through(g, code, "with the other table's intercept");
	g = guest_for_instruction();
	svm_intercept(g, read);
	expect_run(g, code, SVM_EXIT_INTERCEPT(read), code->start,
		   "with the intercept of the store");
}

CASE(lgdt, "GDTR_WRITE: LGDT")
{
	expect_table_load(&lgdt_code, INTERCEPT_GDTR_WRITE, INTERCEPT_GDTR_READ);
}

CASE(lidt, "IDTR_WRITE: LIDT")
{
	expect_table_load(&lidt_code, INTERCEPT_IDTR_WRITE, INTERCEPT_IDTR_READ);
}

L2_CODE(ltr_code, "movl $" xstr(TSS_MAIN) ", %esi", "ltr %si", "");

CASE(ltr, "TR_WRITE: LTR, which without it makes the TSS busy")
{
	gdt_entry_t *tss = get_gdt_entry(TSS_MAIN);

	expect_eq(str(), TSS_MAIN);
	clear_tss_busy(TSS_MAIN);
	expect_exit_of(&ltr_code, INTERCEPT_TR_WRITE);
	expect_eq(tss->type, DESC_TSS);
	expect_no_exit(&ltr_code, INTERCEPT_TR_WRITE, NO_EXIT);
	expect_eq(tss->type, DESC_TSS | DESC_BUSY);
	tss->type |= DESC_BUSY;
}

L2_CODE(xsetbv_code, "xorl %edx, %edx; movl $1, %eax", ".byte 0x0f, 0x01, 0xd1", "");

CASE(xsetbv, "XSETBV")
{
	struct svm_guest *g = guest_for_instruction();

	require(this_cpu_has(X86_FEATURE_XSAVE));
	require_msg(!(read_cr4() & X86_CR4_OSXSAVE), "XCR0 is as after reset");
	g->vmcb->save.cr4 |= X86_CR4_OSXSAVE;
	expect_through(g, &xsetbv_code, "without its intercept");
	g->vmcb->save.rip = (uintptr_t)xsetbv_code.start;
	svm_intercept(g, INTERCEPT_XSETBV);
	expect_intercepted(g, &xsetbv_code, SVM_EXIT_INTERCEPT(INTERCEPT_XSETBV),
			   "with its intercept");
}

L2_CODE(int_code, "", "int $0x30", "");

CASE(swint,
     "SWINT: INT n exits, its vector in EXITINFO1 (decode assists); else L2's handler runs")
{
	struct svm_guest *g;
	struct l2_event e;

	expect_exit_of(&int_code, INTERCEPT_SWINT);
	g = guest_for_instruction();
	svm_run_at(g, int_code.start);
	expect_event(g, &e, 0x30, NULL, int_code.next, "without");
	g = guest_for_instruction();
	svm_intercept(g, INTERCEPT_SWINT);
	svm_run_at(g, int_code.start);
	if (this_cpu_has(X86_FEATURE_DECODEASSISTS))
		expect_eq(g->vmcb->control.exit_info_1, 0x30);
}

CASE(invlpg_address, "INVLPG: the linear address is in EXITINFO1")
{
	struct svm_guest *g = guest_for_instruction();

	require_svm(DECODEASSISTS);
	svm_intercept(g, INTERCEPT_INVLPG);
	g->regs->rdi = 0x123456789abcull;
	expect_intercepted(g, &invlpg_code, SVM_EXIT_INTERCEPT(INTERCEPT_INVLPG), "INVLPG");
	expect_eq(g->vmcb->control.exit_info_1, 0x123456789abcull);
}

L2_CODE(hlt_code, "", "hlt", "");

CASE(hlt, "HLT: hlt; that it halts without is in vintr.c")
{
	struct svm_guest *g = guest_for_instruction();

	run_with_watchdog(g, &hlt_code);
	expect_exit(g, SVM_EXIT_HLT, hlt_code.at, "with its intercept");
	if (this_cpu_has(X86_FEATURE_NRIPS))
		expect_eq(g->vmcb->control.next_rip, (uintptr_t)hlt_code.next);
}

L2_CODE(mwait_armed_code, ".byte 0x0f, 0x01, 0xc8", ".byte 0x0f, 0x01, 0xc9", "");

CASE(mwait_armed, "MWAIT with the monitor armed")
{
	struct svm_guest *g = guest_for_instruction();

	require(this_cpu_has(X86_FEATURE_MWAIT));
	svm_intercept(g, INTERCEPT_MWAIT_ARMED);
	run_with_watchdog(g, &mwait_armed_code);
	expect_exit(g, SVM_EXIT_INTERCEPT(INTERCEPT_MWAIT_ARMED), mwait_armed_code.at, "armed");
}

CASE(mwait_both,
     "with both intercepts of MWAIT and the monitor not armed the exit is the unconditional one")
{
	struct svm_guest *g = guest_for_instruction();

	require(this_cpu_has(X86_FEATURE_MWAIT));
	svm_intercept(g, INTERCEPT_MWAIT);
	svm_intercept(g, INTERCEPT_MWAIT_ARMED);
	expect_intercepted(g, &mwait_code, SVM_EXIT_INTERCEPT(INTERCEPT_MWAIT), "both");
}

/* ---- PAUSE filter: section 15.14.4 ---- */

L2_CODE(pauses, "", "pause; incl %ecx; jmp l2_pauses_at", "");

CASE(pause_filter, "with a filter count of N, N PAUSEs pass before one exits")
{
	struct svm_guest *g = guest_for_instruction();

	require_svm(PAUSEFILTER);
	svm_intercept(g, INTERCEPT_PAUSE);
	g->vmcb->control.pause_filter_count = 10;
	expect_intercepted(g, &pauses, SVM_EXIT_PAUSE, "filter");
	expect_eq(g->regs->rcx, 10);
}

L2_CODE(rare_pauses,
	"movl $10, %ecx; l2_next_pause: movl $100000, %edx; l2_spin: decl %edx; jnz l2_spin",
	"pause", "decl %ecx; jnz l2_next_pause");

CASE(pause_threshold, "PAUSEs that are further apart than the threshold do not count")
{
	struct svm_guest *g = guest_for_instruction();

	require_svm(PFTHRESHOLD);
	svm_intercept(g, INTERCEPT_PAUSE);
	g->vmcb->control.pause_filter_count = 2;
	g->vmcb->control.pause_filter_threshold = 1;
	expect_through(g, &rare_pauses, "threshold");
}

/* ---- privilege comes first ---- */

static void expect_gp_at_cpl3(const struct l2_code *code, int intercept, const char *what)
{
	struct svm_guest *g = guest_for_instruction();

	svm_intercept(g, intercept);
	svm_at_cpl3(g);
	expect_run(g, code, SVM_EXIT_EXCEPTION(GP_VECTOR), code->at, what);
	expect_eq_msg(g->vmcb->control.exit_info_1, 0, "%s: error code", what);
}

CASE(privilege_first, "at CPL 3 #GP comes before the intercept of a privileged instruction")
{
	expect_gp_at_cpl3(&hlt_code, INTERCEPT_HLT, "HLT");
	expect_gp_at_cpl3(&invlpg_code, INTERCEPT_INVLPG, "INVLPG");
	expect_gp_at_cpl3(&invd_code, INTERCEPT_INVD, "INVD");
	expect_gp_at_cpl3(&lldt_code, INTERCEPT_LDTR_WRITE, "LLDT");
	expect_gp_at_cpl3(&vmload_code, INTERCEPT_VMLOAD, "VMLOAD");
	expect_gp_at_cpl3(&vmsave_code, INTERCEPT_VMSAVE, "VMSAVE");
	expect_gp_at_cpl3(&clgi_code, INTERCEPT_CLGI, "CLGI");
	expect_gp_at_cpl3(&vmrun_code, INTERCEPT_VMRUN, "VMRUN");
}
