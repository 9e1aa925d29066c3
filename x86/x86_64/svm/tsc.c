/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The time stamp counter of L2: L1's plus TSC_OFFSET, once, by every way to read it (APM volume 2,
 * section 15.5.1 and appendix B). Offsets are far larger than the time that a test takes, so
 * nothing here depends on speed.
 */
#include "svm_test.h"

L2_CODE(read_tsc, "", "rdtsc; shlq $32, %rdx; orq %rdx, %rax", "");
L2_CODE(read_tscp, "", "rdtscp; shlq $32, %rdx; orq %rdx, %rax", "");
L2_CODE(read_msr, "movl $0x10, %ecx", "rdmsr; shlq $32, %rdx; orq %rdx, %rax", "");

/* L2 reads between two reads of L1, and its counter is shifted by just the offset. */
static void expect_shifted(struct svm_guest *g, const struct l2_code *code, u64 offset,
			   const char *what)
{
	u64 before, after;

	g->vmcb->control.tsc_offset = offset;
	before = fenced_rdtsc();
	if (!expect_through(g, code, what))
		return;
	after = fenced_rdtsc();
	expect_msg(g->vmcb->save.rax - offset - before <= after - before,
		   "%s: offset %#" PRIx64 ": %#" PRIx64 " is between %#" PRIx64 " and %#" PRIx64,
		   what, offset, g->vmcb->save.rax - offset, before, after);
	expect_eq_msg(g->vmcb->control.tsc_offset, offset, "%s: TSC_OFFSET", what);
}

static void try_offsets(const struct l2_code *code, const char *what)
{
	static const u64 offsets[] = { 0, 1ull << 60, 1ull << 63, -(1ull << 60),
				       0x123456789abcdef0ull };

	for (unsigned int i = 0; i < ARRAY_SIZE(offsets); i++)
		expect_shifted(svm_new_guest(), code, offsets[i], what);
}

CASE(offset_rdtsc, "RDTSC: L1's counter plus TSC_OFFSET, positive, negative, none")
{
	try_offsets(&read_tsc, "RDTSC");
}

CASE(offset_rdtscp, "RDTSCP: the same, and TSC_AUX is L1's")
{
	struct svm_guest *g;
	u64 aux;

	require_svm(RDTSCP);
	try_offsets(&read_tscp, "RDTSCP");
	aux = rdmsr(MSR_TSC_AUX);
	wrmsr(MSR_TSC_AUX, 0x12345);
	g = svm_new_guest();
	expect_through(g, &read_tscp, "RDTSCP");
	wrmsr(MSR_TSC_AUX, aux);
	expect_eq(g->regs->rcx, 0x12345);
}

CASE(offset_msr, "RDMSR of the counter: the same")
{
	try_offsets(&read_msr, "RDMSR");
}

CASE(offset_l1, "L1's own counter has no offset after an exit, and never goes back")
{
	struct svm_guest *g = svm_new_guest();
	u64 last = fenced_rdtsc(), now;

	for (int i = 0; i < 100; i++) {
		g->vmcb->control.tsc_offset = i % 2 ? 1ull << 62 : -(1ull << 62);
		if (!expect_through(g, &nothing, "L2"))
			return;
		now = fenced_rdtsc();
		expect_msg(now - last < 1ull << 60, "from %#" PRIx64 " to %#" PRIx64, last, now);
		last = now;
	}
}

/* ---- the ratio: section 15.30.5 ---- */

#define RATIO_ONE	(1ull << 32)	/* 8 bits and a fraction of 32 */

CASE(ratio, "TSC_RATIO multiplies L2's counter, not L1's")
{
	struct svm_guest *g = svm_new_guest();
	u64 before, after;

	require_svm(TSCRATEMSR);
	expect_eq(rdmsr(MSR_AMD64_TSC_RATIO), RATIO_ONE);
	wrmsr(MSR_AMD64_TSC_RATIO, 2 * RATIO_ONE);
	before = fenced_rdtsc();
	svm_run_at(g, read_tsc.start);
	after = fenced_rdtsc();
	wrmsr(MSR_AMD64_TSC_RATIO, RATIO_ONE);
	expect_exit(g, SVM_EXIT_VMMCALL, read_tsc.end, "RDTSC");
	expect_ge(g->vmcb->save.rax, 2 * before);
	expect_le(g->vmcb->save.rax, 2 * after);
}

CASE(ratio_reserved, "bits 63:40 of TSC_RATIO are reserved: #GP")
{
	require_svm(TSCRATEMSR);
	for (int bit = 40; bit < 64; bit++) {
		int vector = wrmsr_safe(MSR_AMD64_TSC_RATIO, RATIO_ONE | 1ull << bit);

		wrmsr(MSR_AMD64_TSC_RATIO, RATIO_ONE);
		expect_eq_msg(vector, GP_VECTOR, "bit %d", bit);
	}
}

/* ---- CR4.TSD ---- */

CASE(tsd_first, "at CPL 3 with CR4.TSD RDTSC is #GP, which comes before its intercept")
{
	struct svm_guest *g = svm_new_guest();

	g->vmcb->save.cr4 |= X86_CR4_TSD;
	svm_intercept(g, INTERCEPT_RDTSC);
	svm_at_cpl3(g);
	expect_run(g, &read_tsc, SVM_EXIT_EXCEPTION(GP_VECTOR), read_tsc.at, "TSD");
	g->vmcb->save.cr4 &= ~(u64)X86_CR4_TSD;
	expect_run(g, &read_tsc, SVM_EXIT_INTERCEPT(INTERCEPT_RDTSC), read_tsc.at, "no TSD");
}
