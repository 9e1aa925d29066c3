/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Intercepts of debug registers (APM volume 2, sections 15.8.1 and 15.9): each register and
 * direction has its bit and its exit code, whatever GPR is used, and nothing has happened; the
 * GPR's number is in EXITINFO1 with decode assists. DR4 and DR5 are DR6 and DR7 while CR4.DE is
 * clear, and no intercept of theirs is looked at here.
 */
#include "svm_test.h"
#include "asm/debugreg.h"

/* Both directions by RAX, and by R13: number 13. */
#define DR(n)										\
	L2_CODE(from_dr##n, "", "movq %dr" #n ", %rax", "");				\
	L2_CODE(to_dr##n, "", "movq %rax, %dr" #n, "");					\
	L2_CODE(from_dr##n##_r13, "", "movq %dr" #n ", %r13", "");			\
	L2_CODE(to_dr##n##_r13, "", "movq %r13, %dr" #n, "")
DR(0);
DR(1);
DR(2);
DR(3);
DR(6);
DR(7);

static const struct dr {
	int number;
	const struct l2_code *read, *write, *read_r13, *write_r13;
} drs[] = {
#define ROW(n)	{ n, &from_dr##n, &to_dr##n, &from_dr##n##_r13, &to_dr##n##_r13 }
	ROW(0), ROW(1), ROW(2), ROW(3), ROW(6), ROW(7),
};

static struct svm_guest *guest_with(u32 intercepts, const struct dr *dr)
{
	struct svm_guest *g = svm_new_guest();
	/* Harmless in each of them: for DR7 no breakpoint is enabled. */
	u64 value = dr->number == 7 ? DR7_FIXED_1 : dr->number == 6 ? DR6_ACTIVE_LOW : 0x1234;

	g->vmcb->control.intercept_dr = intercepts;
	g->vmcb->save.rax = value;
	g->regs->r13 = value;
	return g;
}

static void expect_dr_exit(const struct dr *dr, bool write, int gpr)
{
	const struct l2_code *const codes[2][2] = {
		{ dr->read, dr->write }, { dr->read_r13, dr->write_r13 },
	};
	const struct l2_code *code = codes[gpr == 13][write];
	u32 bit = write ? VMCB_WRITE(dr->number) : VMCB_READ(dr->number);
	struct svm_guest *g = guest_with(bit, dr);
	u64 rax = g->vmcb->save.rax;

	if (!expect_intercepted(g, code,
				(write ? SVM_EXIT_WRITE_DR(0) : SVM_EXIT_READ_DR(0)) + dr->number,
				"its own bit"))
		return;
	expect_eq_msg(g->vmcb->save.rax, rax, "DR%d: RAX", dr->number);
	expect_eq_msg(g->regs->r13, rax, "DR%d: R13", dr->number);
	if (this_cpu_has(X86_FEATURE_DECODEASSISTS))
		expect_eq_msg(g->vmcb->control.exit_info_1, EXITINFO1_MOV | gpr, "DR%d: EXITINFO1",
			      dr->number);
	g = guest_with(~bit, dr);
	expect_through(g, code, "all other bits");
}

CASE(dr_reads, "reads of DR0 to DR3, DR6, DR7")
{
	for (unsigned int i = 0; i < ARRAY_SIZE(drs); i++) {
		expect_dr_exit(&drs[i], false, 0);
		expect_dr_exit(&drs[i], false, 13);
	}
}

CASE(dr_writes, "writes of DR0 to DR3, DR6, DR7")
{
	for (unsigned int i = 0; i < ARRAY_SIZE(drs); i++) {
		expect_dr_exit(&drs[i], true, 0);
		expect_dr_exit(&drs[i], true, 13);
	}
}

CASE(dr_privilege, "at CPL 3 #GP comes before the intercept")
{
	struct svm_guest *g = guest_with(~0u, &drs[0]);

	svm_at_cpl3(g);
	expect_run(g, &from_dr0, SVM_EXIT_EXCEPTION(GP_VECTOR), from_dr0.at, "read");
	expect_run(g, &to_dr0, SVM_EXIT_EXCEPTION(GP_VECTOR), to_dr0.at, "write");
}
