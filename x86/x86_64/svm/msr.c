/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Intercepts of RDMSR and WRMSR: the permission map with its two bits for each register of three
 * ranges, and registers outside of them (APM volume 2, section 15.11). EXITINFO1 is 0 for RDMSR and
 * 1 for WRMSR.
 */
#include "svm_test.h"

L2_CODE(rdmsr_code, "", "rdmsr", "");
L2_CODE(wrmsr_code, "", "wrmsr", "");

#define HARMLESS	MSR_LSTAR	/* what L2 may write: svm_run() keeps L1's */
#define RAX_BEFORE	0x1122334455667788ull
#define RDX_BEFORE	0x99aabbccddeeff00ull

static struct svm_guest *guest_for_msr(u32 msr)
{
	struct svm_guest *g = svm_new_guest();

	svm_intercept(g, INTERCEPT_MSR);
	g->regs->rcx = msr;
	g->regs->rdx = RDX_BEFORE;
	g->vmcb->save.rax = RAX_BEFORE;
	return g;
}

static void expect_msr_exit(struct svm_guest *g, bool write, const char *what)
{
	const struct l2_code *code = write ? &wrmsr_code : &rdmsr_code;

	if (!expect_intercepted(g, code, SVM_EXIT_MSR, what))
		return;
	expect_eq_msg(g->vmcb->control.exit_info_1, write, "%s: EXITINFO1", what);
	expect_eq_msg(g->vmcb->save.rax, RAX_BEFORE, "%s: RAX", what);
	expect_eq_msg(g->regs->rdx, RDX_BEFORE, "%s: RDX", what);
	if (this_cpu_has(X86_FEATURE_NRIPS))
		expect_eq_msg(g->vmcb->control.next_rip, (uintptr_t)code->next, "%s: nRIP", what);
}

/* Whether the instruction exits as intercepted; else it runs or faults. */
static bool exits(struct svm_guest *g, bool write)
{
	return svm_run_at(g, write ? wrmsr_code.start : rdmsr_code.start) == SVM_EXIT_MSR;
}

CASE(rdmsr, "an intercepted RDMSR exits with EXITINFO1 0 and loads nothing")
{
	struct svm_guest *g = guest_for_msr(HARMLESS);

	svm_intercept_msr(g, HARMLESS, true, false);
	expect_msr_exit(g, false, "RDMSR");
}

CASE(wrmsr, "an intercepted WRMSR exits with EXITINFO1 1 and stores nothing")
{
	struct svm_guest *g = guest_for_msr(HARMLESS);
	u64 before = g->vmcb->save.lstar;

	svm_intercept_msr(g, HARMLESS, false, true);
	expect_msr_exit(g, true, "WRMSR");
	expect_eq(g->vmcb->save.lstar, before);
}

CASE(each_direction, "each direction has its own bit")
{
	struct svm_guest *g = guest_for_msr(HARMLESS);

	svm_intercept_msr(g, HARMLESS, false, true);
	expect_through(g, &rdmsr_code, "RDMSR with the bit of writes");
	g = guest_for_msr(HARMLESS);
	g->vmcb->save.rax = 0x1234;
	g->regs->rdx = 0;
	svm_intercept_msr(g, HARMLESS, true, false);
	expect_through(g, &wrmsr_code, "WRMSR with the bit of reads");
	expect_eq(g->vmcb->save.lstar, 0x1234);
}

/*
 * The first, some, and the last register of each range; the map's byte and bit where each direction
 * must be.
 */
static const struct place {
	u32 msr, byte, bit;
} places[] = {
	{ 0x00000000, 0x0000, 0 }, { 0x00000001, 0x0000, 2 }, { 0x00000010, 0x0004, 0 },
	{ 0x00000174, 0x005d, 0 }, { 0x000001d9, 0x0076, 2 }, { 0x00001fff, 0x07ff, 6 },
	{ 0xc0000000, 0x0800, 0 }, { 0xc0000080, 0x0820, 0 }, { 0xc0000082, 0x0820, 4 },
	{ 0xc0000102, 0x0840, 4 }, { 0xc0001fff, 0x0fff, 6 }, { 0xc0010000, 0x1000, 0 },
	{ 0xc0010015, 0x1005, 2 }, { 0xc0010117, 0x1045, 6 }, { 0xc0011fff, 0x17ff, 6 },
};

CASE(map_places,
     "the bits of the first, some, and the last registers of each range are where they belong")
{
	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		const struct place *p = &places[i];

		for (int write = 0; write < 2; write++) {
			struct svm_guest *g = guest_for_msr(p->msr);

			g->msrpm[p->byte] = 1u << (p->bit + write);
			expect_eq_msg(exits(g, write), true, "MSR %#" PRIx32 ", write %d", p->msr,
				      write);
		}
	}
}

/* Writes are tried with all of the map's bits but one only for registers that may be written. */
CASE(map_complement, "with all other bits set the register does not exit")
{
	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		struct svm_guest *g = guest_for_msr(places[i].msr);

		memset(g->msrpm, 0xff, MSRPM_SIZE);
		g->msrpm[places[i].byte] &= ~(1u << places[i].bit);
		expect_eq_msg(exits(g, false), false, "MSR %#" PRIx32, places[i].msr);
	}
	for (int half = 0; half < 2; half++) {
		struct svm_guest *g = guest_for_msr(HARMLESS);

		memset(g->msrpm, 0xff, MSRPM_SIZE);
		g->msrpm[0x820] &= ~(0x10u << half);
		expect_eq_msg(exits(g, true), !half, "WRMSR, bit %d", half);
	}
}

CASE(outside, "registers outside of the map's ranges exit always")
{
	static const u32 msrs[] = {
		0x00002000, 0x0000ffff, 0x40000000, 0x7fffffff, 0x80000000,
		0xbfffffff, 0xc0002000, 0xc000ffff, 0xc0012000, 0xffffffff,
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(msrs); i++) {
		struct svm_guest *g = guest_for_msr(msrs[i]);

		expect_eq_msg(exits(g, false), true, "RDMSR %#" PRIx32, msrs[i]);
		expect_eq_msg(g->vmcb->control.exit_info_1, 0, "RDMSR %#" PRIx32 ": EXITINFO1",
			      msrs[i]);
		expect_eq_msg(exits(g, true), true, "WRMSR %#" PRIx32, msrs[i]);
		expect_eq_msg(g->vmcb->control.exit_info_1, 1, "WRMSR %#" PRIx32 ": EXITINFO1",
			      msrs[i]);
	}
}

CASE(rcx_high, "bits 63:32 of RCX are ignored")
{
	struct svm_guest *g = guest_for_msr(HARMLESS);

	svm_intercept_msr(g, HARMLESS, true, true);
	g->regs->rcx |= 0xffffffffull << 32;
	expect_eq(exits(g, false), true);
	g = svm_new_guest();
	svm_intercept(g, INTERCEPT_MSR);
	g->regs->rcx = HARMLESS | 1ull << 32;
	expect_through(g, &rdmsr_code, "RDMSR");
}

CASE(msr_map_unused, "without the intercept the map is not looked at")
{
	struct svm_guest *g = guest_for_msr(HARMLESS);

	memset(g->msrpm, 0xff, MSRPM_SIZE);
	svm_no_intercept(g, INTERCEPT_MSR);
	expect_through(g, &rdmsr_code, "RDMSR");
}

CASE(msr_privilege, "at CPL 3 #GP comes before the intercept")
{
	struct svm_guest *g = guest_for_msr(HARMLESS);

	svm_intercept_msr(g, HARMLESS, true, true);
	svm_at_cpl3(g);
	expect_run(g, &rdmsr_code, SVM_EXIT_EXCEPTION(GP_VECTOR), rdmsr_code.at, "RDMSR");
	expect_run(g, &wrmsr_code, SVM_EXIT_EXCEPTION(GP_VECTOR), wrmsr_code.at, "WRMSR");
}
