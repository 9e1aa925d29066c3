/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What KVM announces and what it does not (Linux, Documentation/virt/kvm/x86/cpuid.rst, msr.rst). An announced feature's MSRs
 * take RDMSR and WRMSR. Where no KVM is announced at all, and where the VMM has KVM enforce what CPUID says
 * (KVM_CAP_ENFORCE_PV_FEATURE_CPUID; the environment says PV_ENFORCED), the MSRs of the others raise #GP, as all
 * MSRs do that a CPU does not have (SDM volume 2, RDMSR). Otherwise KVM may let them work, which no test can call wrong.
 */
#include "case.h"
#include "kvm_test.h"

/* None of them is an MSR of any CPU. Those that are only written take 0 for nothing. */
static const struct pv_msr {
	const char *name;
	u32 msr;
	u64 feature;
	bool write_only;
} pv_msrs[] = {
	{ "WALL_CLOCK_NEW", MSR_KVM_WALL_CLOCK_NEW, KVM_FEATURE_CLOCKSOURCE2, true },
	{ "SYSTEM_TIME_NEW", MSR_KVM_SYSTEM_TIME_NEW, KVM_FEATURE_CLOCKSOURCE2, false },
	{ "ASYNC_PF_EN", MSR_KVM_ASYNC_PF_EN, KVM_FEATURE_ASYNC_PF, false },
	{ "STEAL_TIME", MSR_KVM_STEAL_TIME, KVM_FEATURE_STEAL_TIME, false },
	{ "PV_EOI_EN", MSR_KVM_PV_EOI_EN, KVM_FEATURE_PV_EOI, false },
	{ "POLL_CONTROL", MSR_KVM_POLL_CONTROL, KVM_FEATURE_POLL_CONTROL, false },
	{ "ASYNC_PF_INT", MSR_KVM_ASYNC_PF_INT, KVM_FEATURE_ASYNC_PF_INT, false },
	{ "ASYNC_PF_ACK", MSR_KVM_ASYNC_PF_ACK, KVM_FEATURE_ASYNC_PF_INT, true },
	{ "MIGRATION_CONTROL", MSR_KVM_MIGRATION_CONTROL, KVM_FEATURE_MIGRATION_CONTROL, false },
};

#define FOR_EACH_MSR(m)	for (const struct pv_msr *m = pv_msrs; m < pv_msrs + ARRAY_SIZE(pv_msrs); m++)

static bool announced(const struct pv_msr *m)
{
	return this_cpu_has_kvm() && this_cpu_has(m->feature);
}

CASE(signature, "KVM's leaves say KVMKVMKVM and up to where they go")
{
	struct cpuid c;

	require_msg(this_cpu_has_kvm(), "no KVM is announced by CPUID");
	c = raw_cpuid(0x40000000, 0);
	expect(this_cpu_has(X86_FEATURE_HYPERVISOR));
	expect_eq(c.b, 0x4b4d564b);
	expect_eq(c.c, 0x564b4d56);
	expect_eq(c.d, 0x4d);
	/* Old ones say 0 and mean the next leaf. */
	expect(c.a == 0 || (c.a >= 0x40000001 && c.a < 0x40000100));
}

CASE(announced, "each MSR of an announced feature can be written, and read unless only writing means anything")
{
	u32 n = 0;

	require_msg(this_cpu_has_kvm(), "no KVM is announced by CPUID");
	FOR_EACH_MSR(m) {
		u64 value = 0;

		if (!announced(m))
			continue;
		n++;
		if (!m->write_only)
			expect_eq_msg(rdmsr_safe(m->msr, &value), 0, "RDMSR %s", m->name);
		expect_eq_msg(wrmsr_safe(m->msr, value), 0, "WRMSR %s", m->name);
	}
	require_msg(n, "no feature that has an MSR is announced");
}

/* RDMSR and WRMSR of what is not announced. */
static void expect_absent(void)
{
	u64 value;

	FOR_EACH_MSR(m) {
		if (announced(m))
			continue;
		expect_eq_msg(rdmsr_safe(m->msr, &value), GP_VECTOR, "RDMSR %s", m->name);
		expect_eq_msg(wrmsr_safe(m->msr, 0), GP_VECTOR, "WRMSR %s", m->name);
	}
}

CASE(absent, "without KVM there is none of its MSRs")
{
	require_msg(!this_cpu_has_kvm(), "CPUID announces KVM");
	/* KVM with its leaves hidden lets them work unless told otherwise. */
	require_msg(!this_cpu_has(X86_FEATURE_HYPERVISOR) || getenv("PV_ENFORCED") || getenv("NO_KVM"),
		    "it may be a KVM that hides, and need not refuse them");
	expect_absent();
}

CASE(enforced, "where the VMM enforces what CPUID says, MSRs of features that it does not announce are absent")
{
	u32 missing = 0;

	require_msg(getenv("PV_ENFORCED"), "the VMM does not enforce it");
	FOR_EACH_MSR(m)
		missing += !announced(m);
	require_msg(missing, "all features are announced");
	expect_absent();
}

CASE(unassigned, "MSRs behind the last one of KVM's are absent")
{
	u64 value;

	for (u32 msr = 0x4b564d09; msr < 0x4b564d10; msr++) {
		expect_eq_msg(rdmsr_safe(msr, &value), GP_VECTOR, "RDMSR %#" PRIx32, msr);
		expect_eq_msg(wrmsr_safe(msr, 0), GP_VECTOR, "WRMSR %#" PRIx32, msr);
	}
}

/* ---- poll control and migration control ---- */

static u64 other_value;

static void read_poll_control(void *unused)
{
	other_value = rdmsr(MSR_KVM_POLL_CONTROL);
}

CASE(poll_control, "bit 0 of POLL_CONTROL reads back, each CPU has its own, and HLT wakes either way")
{
	require_feature(KVM_FEATURE_POLL_CONTROL);
	for (int polling = 0; polling < 2; polling++) {
		wrmsr(MSR_KVM_POLL_CONTROL, polling);
		expect_eq(rdmsr(MSR_KVM_POLL_CONTROL), polling);
	}
	if (cpu_count() < 2)
		return;
	on_cpu(1, read_poll_control, NULL);
	expect_eq(other_value, 1);
	wrmsr(MSR_KVM_POLL_CONTROL, 0);
	/* CPU 1 was halted, and is woken by this call. */
	on_cpu(1, read_poll_control, NULL);
	expect_eq(other_value, 1);
	wrmsr(MSR_KVM_POLL_CONTROL, 1);
}

CASE(migration_control, "bit 0 of MIGRATION_CONTROL is set at the start, and keeps what is written")
{
	u64 first;

	require_feature(KVM_FEATURE_MIGRATION_CONTROL);
	first = rdmsr(MSR_KVM_MIGRATION_CONTROL);
	/* Only memory that is encrypted makes a guest start unready. */
	if (!this_cpu_has(X86_FEATURE_SEV))
		expect_eq(first, 1);
	wrmsr(MSR_KVM_MIGRATION_CONTROL, 0);
	expect_eq(rdmsr(MSR_KVM_MIGRATION_CONTROL), 0);
	wrmsr(MSR_KVM_MIGRATION_CONTROL, 1);
	expect_eq(rdmsr(MSR_KVM_MIGRATION_CONTROL), 1);
}
