/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules of the intercepts of control registers one by one: an intercepted write has not happened,
 * the selective intercept of CR0 sees changes of other bits than TS and MP only, and faults come
 * first (APM volume 2, section 15.9).
 */
#include "tracer.h"

static struct svm_guest *guest_with(u32 intercepts)
{
	struct svm_guest *g = svm_new_guest();

	g->vmcb->control.intercept_cr = intercepts;
	return g;
}

static bool expect_exit(struct svm_guest *g, u64 code, const void *rip, const char *what)
{
	bool same = expect_eq_msg(g->vmcb->control.exit_code, code, "%s: exit code", what);

	return expect_eq_msg(g->vmcb->save.rip, (uintptr_t)rip, "%s: RIP", what) && same;
}

/* ---- an intercepted write has not happened ---- */

L2_CODE(store_cr0, "movq %cr0, %rcx", "movq %rax, %cr0", "movq %cr0, %rdx");
L2_CODE(store_cr2, "movq %cr2, %rcx", "movq %rax, %cr2", "movq %cr2, %rdx");
L2_CODE(store_cr3, "movq %cr3, %rcx", "movq %rax, %cr3", "movq %cr3, %rdx");
L2_CODE(store_cr4, "movq %cr4, %rcx", "movq %rax, %cr4", "movq %cr4, %rdx");
L2_CODE(store_cr8, "movq %cr8, %rcx", "movq %rax, %cr8", "movq %cr8, %rdx");
L2_CODE(do_lmsw, "movq %cr0, %rcx", "lmsw %ax", "movq %cr0, %rdx");
L2_CODE(do_clts, "movq %cr0, %rcx", "clts", "movq %cr0, %rdx");

/* L1 leaves the instruction out: L2 reads before and after it the same, and RAX is what it was. */
static void expect_dropped(const struct l2_code *code, unsigned int cr, u64 value, const char *what)
{
	struct svm_guest *g = guest_with(VMCB_WRITE(cr));
	struct vmcb_save before;

	g->vmcb->save.cr0 |= X86_CR0_TS;
	g->vmcb->save.rax = value;
	before = g->vmcb->save;
	svm_run_at(g, code->start);
	if (!expect_exit(g, SVM_EXIT_WRITE_CR(cr), code->at, what))
		return;
	expect_eq_msg(g->vmcb->save.rax, value, "%s: RAX", what);
	expect_eq_msg(g->vmcb->save.cr0, before.cr0, "%s: CR0", what);
	expect_eq_msg(g->vmcb->save.cr2, before.cr2, "%s: CR2", what);
	expect_eq_msg(g->vmcb->save.cr3, before.cr3, "%s: CR3", what);
	expect_eq_msg(g->vmcb->save.cr4, before.cr4, "%s: CR4", what);
	expect_eq_msg(g->vmcb->control.int_ctl, V_INTR_MASKING, "%s: V_TPR", what);
	if (this_cpu_has(X86_FEATURE_NRIPS))
		expect_eq_msg(g->vmcb->control.next_rip, (uintptr_t)code->next, "%s: nRIP", what);
	svm_run_at(g, code->next);
	expect_exit(g, SVM_EXIT_VMMCALL, code->end, what);
	expect_eq_msg(g->regs->rdx, g->regs->rcx, "%s: read back", what);
}

CASE(dropped, "a write that is intercepted has not happened, wherever one looks")
{
	expect_dropped(&store_cr0, 0, read_cr0() ^ X86_CR0_MP ^ X86_CR0_AM, "CR0");
	expect_dropped(&store_cr2, 2, 0x123456789abcdef0ull, "CR2");
	expect_dropped(&store_cr3, 3, read_cr3() | X86_CR3_PCD, "CR3");
	expect_dropped(&store_cr4, 4, read_cr4() | X86_CR4_DE, "CR4");
	expect_dropped(&store_cr8, 8, 9, "CR8");
	expect_dropped(&do_lmsw, 0, X86_CR0_PE | X86_CR0_EM, "LMSW");
	expect_dropped(&do_clts, 0, 0, "CLTS");
}

L2_CODE(load_cr0, "", "movq %cr0, %rax", "");
L2_CODE(do_smsw, "", "smsw %rax", "");

CASE(read_dropped, "a read that is intercepted has loaded nothing")
{
	struct svm_guest *g = guest_with(VMCB_READ(0));

	g->vmcb->save.rax = 0x1122334455667788ull;
	svm_run_at(g, load_cr0.start);
	expect_exit(g, SVM_EXIT_READ_CR(0), load_cr0.at, "MOV");
	expect_eq(g->vmcb->save.rax, 0x1122334455667788ull);
	svm_run_at(g, do_smsw.start);
	expect_exit(g, SVM_EXIT_READ_CR(0), do_smsw.at, "SMSW");
	expect_eq(g->vmcb->save.rax, 0x1122334455667788ull);
}

/* ---- selective ---- */

/* Which bits of CR0 the write changes; whether it must exit. */
static void expect_selective(const struct l2_code *code, u64 change, bool exits, const char *what)
{
	struct svm_guest *g = guest_with(0);
	u64 old = g->vmcb->save.cr0;

	svm_intercept(g, INTERCEPT_CR0_SEL_WRITE);
	g->vmcb->save.rax = old ^ change;
	svm_run_at(g, code->start);
	expect_exit(g, exits ? SVM_EXIT_CR0_SEL_WRITE : SVM_EXIT_VMMCALL,
		    exits ? code->at : code->end, what);
	expect_eq_msg(g->vmcb->save.cr0, exits ? old : old ^ change, "%s: CR0", what);
	if (exits && this_cpu_has(X86_FEATURE_DECODEASSISTS) && code == &store_cr0)
		expect_eq_msg(g->vmcb->control.exit_info_1, EXITINFO1_MOV, "%s: EXITINFO1", what);
}

CASE(selective, "the selective intercept exits on a change of each other bit than TS and MP")
{
	static const u64 bits[] = { X86_CR0_EM, X86_CR0_NE, X86_CR0_WP, X86_CR0_AM, X86_CR0_CD };

	for (unsigned int i = 0; i < ARRAY_SIZE(bits); i++) {
		expect_selective(&store_cr0, bits[i], true, "MOV");
		expect_selective(&store_cr0, bits[i] | X86_CR0_TS | X86_CR0_MP, true,
				 "MOV with TS and MP");
	}
}

CASE(selective_ts_mp, "the selective intercept does not exit on changes of TS and MP, or on none")
{
	expect_selective(&store_cr0, X86_CR0_TS, false, "TS");
	expect_selective(&store_cr0, X86_CR0_MP, false, "MP");
	expect_selective(&store_cr0, X86_CR0_TS | X86_CR0_MP, false, "TS and MP");
	expect_selective(&store_cr0, 0, false, "nothing");
}

CASE(selective_lmsw, "the selective intercept of LMSW: EM exits, TS and MP do not")
{
	expect_selective(&do_lmsw, X86_CR0_EM, true, "EM");
	expect_selective(&do_lmsw, X86_CR0_TS, false, "TS");
	expect_selective(&do_lmsw, X86_CR0_MP, false, "MP");
}

CASE(selective_clts, "the selective intercept does not exit on CLTS, nor on reads")
{
	struct svm_guest *g = guest_with(0);

	svm_intercept(g, INTERCEPT_CR0_SEL_WRITE);
	g->vmcb->save.cr0 |= X86_CR0_TS;
	svm_run_at(g, do_clts.start);
	expect_exit(g, SVM_EXIT_VMMCALL, do_clts.end, "CLTS");
	expect_eq(g->vmcb->save.cr0 & X86_CR0_TS, 0);
}

CASE(selective_both, "with both intercepts a write of CR0 exits once, by either")
{
	struct svm_guest *g = guest_with(VMCB_WRITE(0));
	u64 code;

	svm_intercept(g, INTERCEPT_CR0_SEL_WRITE);
	g->vmcb->save.rax = g->vmcb->save.cr0 ^ X86_CR0_AM;
	code = svm_run_at(g, store_cr0.start);
	expect(code == SVM_EXIT_WRITE_CR(0) || code == SVM_EXIT_CR0_SEL_WRITE);
	svm_run_at(g, store_cr0.next);
	expect_exit(g, SVM_EXIT_VMMCALL, store_cr0.end, "behind it");
}

/* ---- CR8 by LOCK MOV CR0 (APM volume 3, MOV CRn) ---- */

#define ALT_MOV_CR8	CPUID_FEATURE(0x80000001, 0, ECX, 4)

L2_CODE(lock_read, "", ".byte 0xf0, 0x0f, 0x20, 0xc0", "");
L2_CODE(lock_write, "", ".byte 0xf0, 0x0f, 0x22, 0xc0", "");

static void expect_cr8_by_lock(const struct l2_code *code, u32 own, u32 cr0, u64 exit_code)
{
	struct svm_guest *g;

	require_msg(this_cpu_has(ALT_MOV_CR8), "CPUID does not offer AltMovCr8");
	g = guest_with(own);
	g->vmcb->save.rax = 3;
	svm_run_at(g, code->start);
	expect_exit(g, exit_code, code->at, "intercept of CR8");
	g = guest_with(cr0);
	g->vmcb->save.rax = 3;
	svm_run_at(g, code->start);
	expect_exit(g, SVM_EXIT_VMMCALL, code->end, "intercept of CR0");
}

CASE(cr8_lock_read, "LOCK MOV from CR0 reads CR8: it has the intercept of CR8, not of CR0")
{
	expect_cr8_by_lock(&lock_read, VMCB_READ(8), VMCB_READ(0), SVM_EXIT_READ_CR(8));
}

CASE(cr8_lock_write, "LOCK MOV to CR0 writes CR8: it has the intercept of CR8, not of CR0")
{
	expect_cr8_by_lock(&lock_write, VMCB_WRITE(8), VMCB_WRITE(0), SVM_EXIT_WRITE_CR(8));
}

/* ---- faults first ---- */

/* Both directions for each register that does not exist: 0x40 | 4 is REX.R, CR8 to CR15. */
#define NO_CR(n, rex, modrm)								\
	L2_CODE(from_cr##n, "", ".byte " #rex ", 0x0f, 0x20, " #modrm, "");		\
	L2_CODE(to_cr##n, "", ".byte " #rex ", 0x0f, 0x22, " #modrm, "")
NO_CR(1, 0x40, 0xc8);
NO_CR(5, 0x40, 0xe8);
NO_CR(6, 0x40, 0xf0);
NO_CR(7, 0x40, 0xf8);
NO_CR(9, 0x44, 0xc8);
NO_CR(10, 0x44, 0xd0);
NO_CR(11, 0x44, 0xd8);
NO_CR(12, 0x44, 0xe0);
NO_CR(13, 0x44, 0xe8);
NO_CR(14, 0x44, 0xf0);
NO_CR(15, 0x44, 0xf8);

CASE(absent, "a register that does not exist is #UD, whatever is intercepted")
{
	static const struct l2_code *const codes[] = {
		&from_cr1,  &to_cr1,  &from_cr5,  &to_cr5,  &from_cr6,	&to_cr6,
		&from_cr7,  &to_cr7,  &from_cr9,  &to_cr9,  &from_cr10, &to_cr10,
		&from_cr11, &to_cr11, &from_cr12, &to_cr12, &from_cr13, &to_cr13,
		&from_cr14, &to_cr14, &from_cr15, &to_cr15,
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(codes); i++) {
		struct svm_guest *g = guest_with(~0u);

		svm_run_at(g, codes[i]->start);
		expect_exit(g, SVM_EXIT_EXCEPTION(UD_VECTOR), codes[i]->at,
			    i % 2 ? "write" : "read");
	}
}

static struct svm_guest *user_guest(void)
{
	struct svm_guest *g = guest_with(~0u);

	svm_at_cpl3(g);
	return g;
}

L2_CODE(only_read_cr3, "", "movq %cr3, %rax", "");
L2_CODE(only_store_cr3, "", "movq %rax, %cr3", "");
L2_CODE(only_lmsw, "", "lmsw %ax", "");
L2_CODE(only_clts, "", "clts", "");

CASE(privilege, "at CPL 3 all but SMSW are #GP(0), whatever is intercepted; SMSW exits")
{
	static const struct l2_code *const codes[] = { &only_read_cr3, &only_store_cr3, &only_lmsw,
						       &only_clts };
	struct svm_guest *g;

	for (unsigned int i = 0; i < ARRAY_SIZE(codes); i++) {
		g = user_guest();
		svm_run_at(g, codes[i]->start);
		expect_exit(g, SVM_EXIT_EXCEPTION(GP_VECTOR), codes[i]->at, "privileged");
		expect_eq(g->vmcb->control.exit_info_1, 0);
	}
	g = user_guest();
	svm_run_at(g, do_smsw.start);
	expect_exit(g, SVM_EXIT_READ_CR(0), do_smsw.at, "SMSW");
}

/* ---- L2 in 32 bits: protected mode without paging ---- */

PROGRAM(writes_32, ".code32\n"
	"WRITE_ALL_32 cr0, 0x10, 0x0001003b, 0x00010031\n"
	"WRITE_ALL_32 cr2, 0x12, 0x76543210, 0x89abcdef\n"
	"WRITE_ALL_32 cr3, 0x13, 0x12345000, 0x00678018\n"
	"WRITE_ALL_32 cr4, 0x14, 0x04, 0x28\n"
	"TRACED 0x10, 0, 0, 0, clts\n");
PROGRAM(reads_32, ".code32\n"
	"READ_ALL_32 cr0, 0x00, 0x00010031\n"
	"READ_ALL_32 cr2, 0x02, 0x89abcdef\n"
	"READ_ALL_32 cr3, 0x03, 0x00678018\n"
	"READ_ALL_32 cr4, 0x04, 0x28\n");

static void try_32(const struct program *p)
{
	struct svm_guest *g = guest_with(~0u);
	struct vmcb_save *s = &g->vmcb->save;

	s->efer &= ~(u64)(EFER_LME | EFER_LMA);
	s->cs.attributes = VMCB_CODE32;
	s->cr0 = 0x00010031;
	s->cr2 = 0x89abcdef;
	s->cr3 = 0x00678018;
	s->cr4 = 0x28;
	expect_trace(g, p, trace_run(g, p->start, &trace));
	expect_eq(trace.count, p->accesses_end - p->accesses);
	expect_eq(s->cr0, 0x00010031);
	expect_eq(s->cr2, 0x89abcdef);
	expect_eq(s->cr3, 0x00678018);
	expect_eq(s->cr4, 0x28);
}

CASE(writes_32_bits, "L2 in 32 bits, writes by all 8 registers: the trace is the program")
{
	try_32(&writes_32);
}

CASE(reads_32_bits, "L2 in 32 bits, reads by all 8 registers: the trace is the program")
{
	try_32(&reads_32);
}

L2_CODE(loop, "movl $1000, %ecx", "movq %cr3, %rax", "decl %ecx; jnz l2_loop_at");

CASE(thousand, "a thousand accesses of one instruction are a thousand exits")
{
	struct svm_guest *g = guest_with(~0u);

	expect_eq(trace_run(g, loop.start, &trace), SVM_EXIT_VMMCALL);
	expect_eq(trace.count, 1000);
	expect_eq(g->vmcb->save.rip, (uintptr_t)loop.end);
	expect_eq(g->regs->rcx, 0);
}
