/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Consistency checks of VMRUN: each illegal state of the VMCB ends it with VMEXIT_INVALID, -1 in
 * all 64 bits of EXITCODE, before L2 runs (APM volume 2, section 15.5.1; nested paging: 15.25.3 and
 * 15.25.4; injected events: inject.c). And the state next to it that is legal, which runs.
 */
#include "svm_test.h"

/*
 * Checked by the low half of EXITCODE: that the high half is of ones as well is the subject of one
 * case, so that the others see what they are about on a machine that has it wrong.
 */
#define EXPECT_INVALID(g, ...) \
	expect_eq_msg((u32)(g)->vmcb->control.exit_code, (u32)SVM_EXIT_INVALID, __VA_ARGS__)

CASE(exit_code, "the exit code VMEXIT_INVALID has 64 bits of ones")
{
	struct svm_guest *g = svm_new_guest();

	g->vmcb->control.asid = 0;
	svm_run_at(g, nothing.start);
	expect_eq(g->vmcb->control.exit_code, SVM_EXIT_INVALID);
}

typedef void (*change)(struct vmcb *v);

/* A fresh guest with one change: must end as invalid. */
static void expect_invalid(change c, const char *what)
{
	struct svm_guest *g = svm_new_guest();

	c(g->vmcb);
	svm_run_at(g, nothing.start);
	EXPECT_INVALID(g, "%s", what);
}

static void expect_valid(change c, const char *what)
{
	struct svm_guest *g = svm_new_guest();

	c(g->vmcb);
	expect_through(g, &nothing, what);
}

/* A field whose bits low to high must each be zero. */
static void expect_zero_bits(size_t offset, const char *field, int low, int high)
{
	for (int bit = low; bit <= high; bit++) {
		struct svm_guest *g = svm_new_guest();

		*(u64 *)((char *)g->vmcb + offset) |= 1ull << bit;
		svm_run_at(g, nothing.start);
		if (!EXPECT_INVALID(g, "%s, bit %d", field, bit))
			return;
	}
}
#define EXPECT_ZERO_BITS(field, low, high) \
	expect_zero_bits(offsetof(struct vmcb, save.field), #field, low, high)

/* One case: how the VMCB is changed, and what then happens. */
#define CASE_OF(outcome, name, description, statements)					\
	static void change_##name(struct vmcb *v) { statements }			\
	CASE(name, description) { outcome(change_##name, #name); }
#define INVALID(name, description, statements) \
	CASE_OF(expect_invalid, name, description, statements)
#define VALID(name, description, statements) \
	CASE_OF(expect_valid, name, description, statements)

INVALID(efer_svme, "EFER.SVME clear", v->save.efer &= ~(u64)EFER_SVME;)
INVALID(asid_zero, "ASID 0", v->control.asid = 0;)
INVALID(vmrun_intercept, "the intercept of VMRUN clear", v->control.intercept[1] &= ~1u;)

INVALID(cr0_nw_without_cd, "CR0.NW without CR0.CD", v->save.cr0 |= X86_CR0_NW;
	v->save.cr0 &= ~X86_CR0_CD;)
VALID(cr0_cd, "CR0.CD without NW is legal", v->save.cr0 |= X86_CR0_CD;)
VALID(cr0_cd_nw, "CR0.CD with NW is legal", v->save.cr0 |= X86_CR0_CD | X86_CR0_NW;)

CASE(cr0_high, "CR0[63:32] must be zero")
{
	EXPECT_ZERO_BITS(cr0, 32, 63);
}

CASE(cr3_high, "CR3[63:52] must be zero in long mode")
{
	EXPECT_ZERO_BITS(cr3, 52, 63);
}

CASE(cr4_high, "CR4[63:32] must be zero")
{
	EXPECT_ZERO_BITS(cr4, 32, 63);
}

/*
 * Bits of CR4 that are reserved without a feature; of those that are assigned, the ones that CPUID
 * tells of.
 */
static const struct { int bit; u64 feature; } cr4_bits[] = {
	{ X86_CR4_UMIP_BIT, X86_FEATURE_UMIP }, { X86_CR4_LA57_BIT, X86_FEATURE_LA57 },
	{ X86_CR4_FSGSBASE_BIT, X86_FEATURE_FSGSBASE }, { X86_CR4_PCIDE_BIT, X86_FEATURE_PCID },
	{ X86_CR4_OSXSAVE_BIT, X86_FEATURE_XSAVE }, { X86_CR4_SMEP_BIT, X86_FEATURE_SMEP },
	{ X86_CR4_SMAP_BIT, X86_FEATURE_SMAP }, { X86_CR4_PKE_BIT, X86_FEATURE_PKU },
	{ X86_CR4_CET_BIT, X86_FEATURE_SHSTK },
};

CASE(cr4_reserved, "reserved bits of CR4 must be zero")
{
	EXPECT_ZERO_BITS(cr4, 15, 15);
	EXPECT_ZERO_BITS(cr4, 29, 31);
}

CASE(cr4_features, "bits of CR4 whose feature CPUID does not offer must be zero")
{
	unsigned int absent = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(cr4_bits); i++)
		if (!this_cpu_has(cr4_bits[i].feature)) {
			absent++;
			EXPECT_ZERO_BITS(cr4, cr4_bits[i].bit, cr4_bits[i].bit);
		}
	require_msg(absent, "the CPU has all of them");
}

CASE(dr6_high, "DR6[63:32] must be zero")
{
	EXPECT_ZERO_BITS(dr6, 32, 63);
}

CASE(dr7_high, "DR7[63:32] must be zero")
{
	EXPECT_ZERO_BITS(dr7, 32, 63);
}

CASE(efer_reserved, "reserved bits of EFER must be zero")
{
	EXPECT_ZERO_BITS(efer, 1, 7);
	EXPECT_ZERO_BITS(efer, 9, 9);
	EXPECT_ZERO_BITS(efer, 22, 63);
}

CASE(efer_features, "bits of EFER whose feature CPUID does not offer must be zero")
{
	static const struct { int bit; u64 feature; } bits[] = {
		{ 14, X86_FEATURE_FXSR_OPT }, { 11, X86_FEATURE_NX }, { 21, X86_FEATURE_AUTOIBRS },
	};
	unsigned int absent = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(bits); i++)
		if (!this_cpu_has(bits[i].feature)) {
			absent++;
			EXPECT_ZERO_BITS(efer, bits[i].bit, bits[i].bit);
		}
	require_msg(absent, "the CPU has all of them");
}

INVALID(lme_without_pae, "EFER.LME and CR0.PG without CR4.PAE", v->save.cr4 &= ~(u64)X86_CR4_PAE;)
INVALID(lme_without_pe, "EFER.LME and CR0.PG without CR0.PE", v->save.cr0 &= ~(u64)X86_CR0_PE;)
INVALID(l_and_d, "in long mode, CS.L with CS.D", v->save.cs.attributes |= 0x400;)

/*
 * The permission maps: addresses at the end of what there is, and behind it. Nothing is intercepted
 * by them: then they are not read.
 */
static void expect_map(size_t offset, u64 size, const char *name)
{
	const u64 end = 1ull << cpuid_maxphyaddr();
	u64 bad[] = { end - size + 4096, end - 4096, end, 1ull << 63 };
	int intercept = offset == offsetof(struct vmcb, control.msrpm_base_pa) ? INTERCEPT_MSR
									       : INTERCEPT_IOIO;
	struct svm_guest *g;

	require_msg(cpuid_maxphyaddr() < 52, "every address is legal");
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		g = svm_new_guest();
		svm_intercept(g, intercept);
		*(u64 *)((char *)g->vmcb + offset) = bad[i];
		svm_run_at(g, nothing.start);
		EXPECT_INVALID(g, "%s at %#" PRIx64, name, bad[i]);
	}
	g = svm_new_guest();
	svm_intercept(g, intercept);
	*(u64 *)((char *)g->vmcb + offset) = end - size - 4096;
	expect_through(g, &nothing, name);
}

CASE(msrpm_address, "the MSR permission map must end below the limit of physical addresses")
{
	expect_map(offsetof(struct vmcb, control.msrpm_base_pa), MSRPM_SIZE, "map");
}

CASE(iopm_address, "the I/O permission map must end below the limit of physical addresses")
{
	expect_map(offsetof(struct vmcb, control.iopm_base_pa), IOPM_SIZE, "map");
}

CASE(map_low_bits, "bits 11:0 of the maps' addresses are ignored")
{
	struct svm_guest *g = svm_new_guest();

	svm_intercept(g, INTERCEPT_MSR);
	svm_intercept(g, INTERCEPT_IOIO);
	g->vmcb->control.msrpm_base_pa |= 0xfff;
	g->vmcb->control.iopm_base_pa |= 0xfff;
	expect_through(g, &nothing, "both");
}

/* ---- nested paging ---- */

static void expect_npt(u64 n_cr3_bits, u64 g_pat, bool legal)
{
	struct svm_guest *g = svm_new_guest();

	svm_use_npt(g);
	g->vmcb->control.n_cr3 |= n_cr3_bits;
	if (g_pat)
		g->vmcb->save.g_pat = g_pat;
	svm_run_at(g, nothing.start);
	expect_eq_msg((u32)g->vmcb->control.exit_code,
		      legal ? SVM_EXIT_VMMCALL : (u32)SVM_EXIT_INVALID,
		      "nCR3 bits %#" PRIx64 ", G_PAT %#" PRIx64, n_cr3_bits, g_pat);
}

CASE(ncr3_reserved, "nCR3[63:52] must be zero in long mode")
{
	require_svm(NPT);
	expect_npt(0, 0, true);
	for (int bit = 52; bit < 64; bit++)
		expect_npt(1ull << bit, 0, false);
}

CASE(g_pat,
     "G_PAT with a type that does not exist, or a reserved bit, is illegal with nested paging only")
{
	const u64 good = 0x0007040600070406ull;
	struct svm_guest *g;

	require_svm(NPT);
	expect_npt(0, good, true);
	for (int field = 0; field < 8; field++) {
		expect_npt(0, good | 8ull << field * 8, false);
		expect_npt(0, (good & ~(7ull << field * 8)) | 2ull << field * 8, false);
		expect_npt(0, (good & ~(7ull << field * 8)) | 3ull << field * 8, false);
	}
	g = svm_new_guest();
	g->vmcb->save.g_pat = ~0ull;
	expect_through(g, &nothing, "without nested paging");
}

/* ---- what an illegal state leaves ---- */

CASE(after_invalid, "after VMEXIT_INVALID L1 is as it was, and a legal state runs")
{
	struct svm_guest *g = svm_new_guest();
	unsigned long cr0 = read_cr0(), cr3 = read_cr3(), cr4 = read_cr4();
	u64 efer = rdmsr(MSR_EFER);

	g->vmcb->control.asid = 0;
	g->vmcb->save.cr0 |= X86_CR0_TS;
	g->vmcb->save.efer |= EFER_SCE;
	svm_run_at(g, nothing.start);
	EXPECT_INVALID(g, "ASID 0");
	expect_eq(read_cr0(), cr0);
	expect_eq(read_cr3(), cr3);
	expect_eq(read_cr4(), cr4);
	expect_eq(rdmsr(MSR_EFER), efer);
	g->vmcb->control.asid = 1;
	expect_through(g, &nothing, "with an ASID");
}
