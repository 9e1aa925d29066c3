/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SVM, from the view of a hypervisor that runs in a guest: APM volume 2, chapter 15. L1 (this
 * image) runs L2 (snippets of this image) by lib/x86/svm.h, and compares whole values: all 64 bits
 * of the exit code, of EXITINFO1 and 2, RIP, and what must not have changed. Here: CPUID, enabling
 * SVM, and the privileges of its instructions (15.3, 15.4, 15.30). Each other file is a subject:
 * invalid.c (consistency checks), intercepts.c, exceptions.c, debug_regs.c, io.c, msr.c, inject.c
 * (events that L1 injects), vintr.c (virtual interrupts), gif.c, npt.c (nested paging), tlb.c,
 * state.c (what is saved and restored), modes.c and mode_events.c (L2 in 16, 32, 64 bits), tsc.c.
 * Control registers: ../svm-cr.c.
 */
#include "svm_test.h"
#include "asm/io.h"
#include "x86/usermode.h"
#include "x86/vm.h"

void case_setup(void)
{
	require(this_cpu_has(X86_FEATURE_SVM));
	require_msg(!(rdmsr(MSR_VM_CR) & VM_CR_SVMDIS), "VM_CR.SVMDIS is set");
}

#define SVM_LEAF	0x8000000a

CASE(cpuid,
     "CPUID 8000000A: a revision, two ASIDs or more, reserved bits clear, dependencies")
{
	struct cpuid leaf = raw_cpuid(SVM_LEAF, 0);

	insist(this_cpu_has_leaf(SVM_LEAF));
	expect_ge(leaf.a & 0xff, 1);
	expect_eq(leaf.a >> 9, 0);
	expect_ge(leaf.b, 2);
	expect_eq(leaf.c, 0);
	if (this_cpu_has(X86_FEATURE_PFTHRESHOLD))
		expect(this_cpu_has(X86_FEATURE_PAUSEFILTER));
	if (this_cpu_has(X86_FEATURE_X2AVIC))
		expect(this_cpu_has(X86_FEATURE_AVIC));
	if (this_cpu_has(X86_FEATURE_AVIC))
		expect(this_cpu_has(X86_FEATURE_NPT));
	if (this_cpu_has(X86_FEATURE_V_VMSAVE_VMLOAD))
		expect(this_cpu_has(X86_FEATURE_NPT));
}

CASE(asids, "the highest ASID of CPUID can be used")
{
	struct svm_guest *g = svm_new_guest();

	g->vmcb->control.asid = raw_cpuid(SVM_LEAF, 0).b - 1;
	expect_through(g, &nothing, "highest ASID");
}

/* ---- the instructions by themselves; RAX is an operand of all ---- */

struct insn {
	const char *name;
	int (*try)(unsigned long rax);
};

#define TRY(name, bytes)								\
	static int try_##name(unsigned long rax)					\
	{										\
		return asm_safe(".byte " bytes, "a" (rax), "c" (0));			\
	}
TRY(vmrun, "0x0f, 0x01, 0xd8")
TRY(vmmcall, "0x0f, 0x01, 0xd9")
TRY(vmload, "0x0f, 0x01, 0xda")
TRY(vmsave, "0x0f, 0x01, 0xdb")
TRY(stgi, "0x0f, 0x01, 0xdc")
TRY(clgi, "0x0f, 0x01, 0xdd")
TRY(skinit, "0x0f, 0x01, 0xde")
TRY(invlpga, "0x0f, 0x01, 0xdf")

static const struct insn privileged[] = {
	{ "VMRUN", try_vmrun }, { "VMLOAD", try_vmload }, { "VMSAVE", try_vmsave },
	{ "CLGI", try_clgi }, { "INVLPGA", try_invlpga }, { "STGI", try_stgi },
};
static const struct insn with_vmcb[] = {
	{ "VMRUN", try_vmrun }, { "VMLOAD", try_vmload }, { "VMSAVE", try_vmsave },
};

static unsigned long some_vmcb(void)
{
	return virt_to_phys(svm_new_guest()->vmcb);
}

CASE(disabled, "without EFER.SVME, SVM's instructions are #UD")
{
	unsigned long vmcb = some_vmcb();

	svm_disable();
	for (unsigned int i = 0; i < ARRAY_SIZE(privileged); i++) {
		/* STGI and SKINIT are also allowed with SKINIT or SVML (APM volume 3, STGI). */
		if (privileged[i].try == try_stgi &&
		    (this_cpu_has(X86_FEATURE_SKINIT) || this_cpu_has(X86_FEATURE_SVML)))
			continue;
		expect_eq_msg(privileged[i].try(vmcb), UD_VECTOR, "%s", privileged[i].name);
	}
	svm_enable();
}

CASE(vmmcall_host, "VMMCALL that nobody intercepts is #UD")
{
	svm_new_guest();
	expect_eq(try_vmmcall(0), UD_VECTOR);
}

CASE(skinit_absent, "SKINIT is #UD where CPUID does not offer it and SVM is off")
{
	require(!this_cpu_has(X86_FEATURE_SKINIT) && !this_cpu_has(X86_FEATURE_SVML));
	svm_new_guest();
	svm_disable();
	expect_eq(try_skinit(0), UD_VECTOR);
	svm_enable();
}

CASE(misaligned, "VMRUN, VMLOAD, VMSAVE of an address that is not a multiple of 4 KiB are #GP(0)")
{
	unsigned long vmcb = some_vmcb();

	for (unsigned int i = 0; i < ARRAY_SIZE(with_vmcb); i++)
		for (int bit = 0; bit < PAGE_SHIFT; bit++) {
			/* One that is accepted may have run anything. */
			if (!expect_eq_msg(with_vmcb[i].try(vmcb | 1u << bit), GP_VECTOR,
					   "%s, bit %d", with_vmcb[i].name, bit))
				return;
			expect_eq_msg(exception_error_code(), 0, "%s, bit %d: error code",
				      with_vmcb[i].name, bit);
		}
}

CASE(beyond_maxphyaddr,
     "VMRUN, VMLOAD, VMSAVE of an address beyond the physical address size are #GP(0)")
{
	unsigned long vmcb = some_vmcb();

	for (unsigned int i = 0; i < ARRAY_SIZE(with_vmcb); i++)
		for (int bit = cpuid_maxphyaddr(); bit < 64; bit++) {
			int vector = with_vmcb[i].try(vmcb | 1ull << bit);

			if (!expect_eq_msg(vector, GP_VECTOR, "%s, bit %d", with_vmcb[i].name, bit))
				return;
			expect_eq_msg(exception_error_code(), 0, "%s, bit %d: error code",
				      with_vmcb[i].name, bit);
		}
}

/* ---- ring 3 ---- */

static int user_rax;

#define USER(name, bytes)								\
	static u64 user_##name(void)							\
	{										\
		asm volatile(".byte " bytes : : "a" (&user_rax), "c" (0) : "memory");	\
		return 0;								\
	}
USER(vmrun, "0x0f, 0x01, 0xd8")
USER(vmload, "0x0f, 0x01, 0xda")
USER(vmsave, "0x0f, 0x01, 0xdb")
USER(stgi, "0x0f, 0x01, 0xdc")
USER(clgi, "0x0f, 0x01, 0xdd")
USER(invlpga, "0x0f, 0x01, 0xdf")

CASE(ring_3, "in ring 3 SVM's instructions are #GP(0)")
{
	static const struct { const char *name; usermode_func function; } insns[] = {
		{ "VMRUN", user_vmrun }, { "VMLOAD", user_vmload }, { "VMSAVE", user_vmsave },
		{ "STGI", user_stgi }, { "CLGI", user_clgi }, { "INVLPGA", user_invlpga },
	};
	bool raised;

	setup_vm();
	svm_new_guest();
	for (unsigned int i = 0; i < ARRAY_SIZE(insns); i++) {
		run_in_user(insns[i].function, GP_VECTOR, 0, 0, 0, 0, &raised);
		expect_msg(raised, "%s", insns[i].name);
		expect_eq_msg(exception_error_code(), 0, "%s: error code", insns[i].name);
	}
}

/* ---- MSRs: section 15.30 ---- */

CASE(hsave_pa, "VM_HSAVE_PA holds an address; one that is not page aligned or too large is #GP")
{
	u64 old, value;

	svm_new_guest();
	old = rdmsr(MSR_VM_HSAVE_PA);
	expect_ne(old, 0);
	expect_eq(old & 0xfff, 0);
	for (int bit = 0; bit < PAGE_SHIFT; bit++)
		expect_eq_msg(wrmsr_safe(MSR_VM_HSAVE_PA, old | 1u << bit), GP_VECTOR, "bit %d",
			      bit);
	for (int bit = cpuid_maxphyaddr(); bit < 64; bit++)
		expect_eq_msg(wrmsr_safe(MSR_VM_HSAVE_PA, old | 1ull << bit), GP_VECTOR, "bit %d",
			      bit);
	value = rdmsr(MSR_VM_HSAVE_PA);
	wrmsr(MSR_VM_HSAVE_PA, old);
	expect_eq(value, old);
}

CASE(svmdis, "VM_CR.SVMDIS keeps EFER.SVME from being set, and cannot be set while that is")
{
	u64 old, value;
	int set_with_svme, set_svme;

	svm_new_guest();
	old = rdmsr(MSR_VM_CR);
	require_msg(!(old & VM_CR_LOCK), "VM_CR.LOCK is set");
	set_with_svme = wrmsr_safe(MSR_VM_CR, old | VM_CR_SVMDIS);
	svm_disable();
	wrmsr(MSR_VM_CR, old | VM_CR_SVMDIS);
	value = rdmsr(MSR_VM_CR);
	set_svme = wrmsr_safe(MSR_EFER, rdmsr(MSR_EFER) | EFER_SVME);
	wrmsr(MSR_VM_CR, old);
	svm_enable();
	expect_eq(set_with_svme, GP_VECTOR);
	expect_eq(value, old | VM_CR_SVMDIS);
	expect_eq(set_svme, GP_VECTOR);
	expect_eq(rdmsr(MSR_VM_CR), old);
}

CASE(svme_off, "EFER.SVME can be cleared and set")
{
	svm_new_guest();
	svm_disable();
	expect_eq(rdmsr(MSR_EFER) & EFER_SVME, 0);
	svm_enable();
	expect_eq(rdmsr(MSR_EFER) & EFER_SVME, EFER_SVME);
	expect_through(svm_new_guest(), &nothing, "after it");
}
