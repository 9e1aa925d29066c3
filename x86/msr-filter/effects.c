/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a filter does to the guest, without exits to user space: what is denied is #GP(0) and changes nothing, what is
 * allowed is as without a filter; reads and writes apart, bit by bit; the host's own accesses are not filtered, nor are
 * x2APIC's MSRs.
 */
#include "filter_test.h"
#include "patience.h"
#include "x86/apic.h"
#include "x86/smp.h"
#include "asm/barrier.h"

#define PATIENCE	20	/* seconds */

/* MSRs that KVM may let the guest reach without an exit, and such that it emulates. A value that each takes. */
static const struct { u32 index; u64 feature, value; } registers[] = {
	{ MSR_IA32_SYSENTER_CS, X86_FEATURE_SEP, 0x1230 },
	{ MSR_IA32_SYSENTER_ESP, X86_FEATURE_SEP, 0x12345678 },
	{ MSR_IA32_SYSENTER_EIP, X86_FEATURE_SEP, 0x12345670 },
	{ MSR_STAR, X86_FEATURE_LM, 0x0013000800000000 },
	{ MSR_LSTAR, X86_FEATURE_LM, 0x123456789abc },
	{ MSR_CSTAR, X86_FEATURE_LM, 0x3456789abcde },
	{ MSR_SYSCALL_MASK, X86_FEATURE_LM, 0x47700 },
	{ MSR_FS_BASE, X86_FEATURE_LM, 0x400000 },
	{ MSR_KERNEL_GS_BASE, X86_FEATURE_LM, 0x500000 },
	{ MSR_TSC_AUX, X86_FEATURE_RDTSCP, 0x42 },
	{ MSR_IA32_CR_PAT, X86_FEATURE_PAT, 0x0706050400070406 },
	{ MSR_IA32_SPEC_CTRL, X86_FEATURE_SPEC_CTRL, 1 },
	{ MSR_IA32_TSC, X86_FEATURE_TSC, 0x123456789ab },
};

/* Those that this machine has, and that keep their value where nobody filters: x86/msr judges that. */
static bool usable(u32 i)
{
	u32 index = registers[i].index;
	u64 old, value;
	bool keeps;

	if (!this_cpu_has(registers[i].feature) || rdmsr_safe(index, &old))
		return false;
	if (index == MSR_IA32_TSC)
		return true;
	keeps = !wrmsr_safe(index, registers[i].value) && !rdmsr_safe(index, &value) &&
		value == registers[i].value;
	wrmsr_safe(index, old);
	return keeps;
}

/* Expects a register to be that value; the time stamp counter has gone on. */
static void expect_value(u32 i, u64 actual, u64 expected)
{
	if (registers[i].index == MSR_IA32_TSC)
		expect_msg(actual >= expected, "MSR %#" PRIx32 ": %#" PRIx64 " after %#" PRIx64, registers[i].index, actual,
			   expected);
	else
		expect_eq_msg(actual, expected, "MSR %#" PRIx32, registers[i].index);
}

/* What may be done with one register while a filter is in force. */
static void check_register(u32 i, bool reads, bool writes)
{
	u32 index = registers[i].index;
	u64 old = host_value(index), value;
	bool faults = write_faults(index, registers[i].value);

	expect_eq_msg(faults, !writes, "a write of MSR %#" PRIx32, index);
	expect_value(i, host_value(index), faults ? old : registers[i].value);
	faults = read_faults(index, &value);
	expect_eq_msg(faults, !reads, "a read of MSR %#" PRIx32, index);
	if (!faults)
		expect_value(i, value, writes ? registers[i].value : old);
	hostop(HOSTOP_MSR_SET, HOSTOP_SELF, index, old);
}

static void check_all(u32 flags, bool allowed, bool reads, bool writes)
{
	begin();
	for (u32 i = 0; i < ARRAY_SIZE(registers); i++) {
		if (!usable(i))
			continue;
		range(0, flags, registers[i].index, 1);
		allow(0, 0, allowed);
		insist_eq(set(), 0);
		check_register(i, reads, writes);
		clear();
	}
}

CASE(deny_both, "each register, reads and writes denied")
{
	check_all(READ | WRITE, false, false, false);
}

CASE(deny_read, "each register, reads denied: writes go on")
{
	check_all(READ, false, false, true);
}

CASE(deny_write, "each register, writes denied: reads go on, and find what was there")
{
	check_all(WRITE, false, true, false);
}

CASE(allowed, "each register, allowed by its bit")
{
	check_all(READ | WRITE, true, true, true);
}

CASE(cleared, "each register, after its filter was taken back")
{
	begin();
	for (u32 i = 0; i < ARRAY_SIZE(registers); i++) {
		if (!usable(i))
			continue;
		range(0, READ | WRITE, registers[i].index, 1);
		insist_eq(set(), 0);
		clear();
		check_register(i, true, true);
	}
}

CASE(bits, "three neighbours, each combination of their bits: no bit has another's effect")
{
	begin();
	require(usable(0) && usable(1) && usable(2));
	for (u32 bits = 0; bits < 8; bits++) {
		range(0, READ, MSR_IA32_SYSENTER_CS, 3);
		range(1, WRITE, MSR_IA32_SYSENTER_CS, 3);
		for (u32 i = 0; i < 3; i++) {
			allow(0, i, bits >> i & 1);
			allow(1, i, !(bits >> i & 1));
		}
		insist_eq(set(), 0);
		for (u32 i = 0; i < 3; i++)
			check_register(i, bits >> i & 1, !(bits >> i & 1));
		clear();
	}
}

CASE(bounds, "a range ends where it ends: neither the MSR before nor the one behind it is denied")
{
	begin();
	require(usable(0) && usable(1) && usable(2));
	range(0, READ | WRITE, registers[1].index, 1);
	insist_eq(set(), 0);
	check_register(0, true, true);
	check_register(1, false, false);
	check_register(2, true, true);
	clear();
}

CASE(far_bits, "the last bit of the longest range")
{
	enum { STAR = 3 };

	begin();
	require(usable(STAR));
	range(0, READ | WRITE, registers[STAR].index - (MAX_MSRS - 1), MAX_MSRS);
	insist_eq(set(), 0);
	check_register(STAR, false, false);
	allow(0, MAX_MSRS - 1, true);
	insist_eq(set(), 0);
	check_register(STAR, true, true);
	clear();
}

CASE(default_deny, "by default denied: only what a range allows can be had, in the way that it allows")
{
	begin();
	require(usable(0) && usable(1) && usable(2));
	filter.flags = DEFAULT_DENY;
	range(0, READ | WRITE, MSR_IA32_SYSENTER_CS, 1);
	allow(0, 0, true);
	range(1, READ, MSR_IA32_SYSENTER_EIP, 1);
	allow(1, 0, true);
	insist_eq(set(), 0);
	check_register(0, true, true);
	check_register(1, false, false);
	check_register(2, true, false);
	clear();
	check_register(1, true, true);
}

CASE(host_access, "the host's own accesses are not filtered")
{
	u64 rets[HOSTOP_RETS], old, new, value;

	begin();
	require(usable(1));
	old = rdmsr(registers[1].index);
	new = old ^ 0xff0;
	deny(registers[1].index);
	expect_eq(hostop_get(rets, HOSTOP_MSR_SET, HOSTOP_SELF, registers[1].index, new), 0);
	expect_eq(rets[0], 1);
	expect_eq(host_value(registers[1].index), new);
	expect(read_faults(registers[1].index, &value));
	clear();
	expect_eq(rdmsr(registers[1].index), new);
	wrmsr(registers[1].index, old);
}

CASE(x2apic, "MSRs 0x800 to 0x8ff are the local APIC's, and never filtered")
{
	u64 id, value;

	begin();
	require(this_cpu_has(X86_FEATURE_X2APIC));
	insist(enable_x2apic());
	id = rdmsr(x2apic_msr(APIC_ID));
	filter.flags = DEFAULT_DENY;
	range(0, READ | WRITE, 0x800, 0x100);
	insist_eq(set(), 0);
	expect(!read_faults(x2apic_msr(APIC_ID), &value));
	expect_eq(value, id);
	value = 0;
	expect(!write_faults(x2apic_msr(APIC_TASKPRI), 0x20));
	expect(!read_faults(x2apic_msr(APIC_TASKPRI), &value));
	expect_eq(value, 0x20);
	write_faults(x2apic_msr(APIC_TASKPRI), 0);
	clear();
	reset_apic();
}

/* ---- while another CPU runs ---- */

static volatile struct {
	u32 stop, rounds, faults, other;
} reader;

static void read_on(void *unused)
{
	u64 value;

	while (!reader.stop) {
		if (rdmsr_safe(MSR_IA32_SYSENTER_CS, &value))
			reader.faults++;
		else
			reader.other++;
		reader.rounds++;
	}
}

/* Until the other CPU has begun and ended a round that is wholly behind now. */
static bool pass_rounds(u32 n)
{
	struct patience patience = { 0 };
	u32 first = reader.rounds;

	while (reader.rounds - first < n + 1 && !patience_over(&patience, PATIENCE))
		cpu_relax();
	return expect(reader.rounds - first > n);
}

static void start_reader(void)
{
	require(cpu_count() > 1);
	memset((void *)&reader, 0, sizeof(reader));
	on_cpu_async(1, read_on, NULL);
}

static void stop_reader(void)
{
	struct patience patience = { 0 };

	reader.stop = 1;
	while (cpus_active() > 1 && !patience_over(&patience, PATIENCE))
		cpu_relax();
	insist_eq(cpus_active(), 1);
}

CASE(running, "a CPU that runs meanwhile sees each change")
{
	begin();
	start_reader();
	for (int i = 0; i < 20; i++) {
		u32 before;

		deny(MSR_IA32_SYSENTER_CS);
		pass_rounds(1);
		before = reader.other;
		pass_rounds(10);
		expect_eq_msg(reader.other - before, 0, "reads that a filter let through");
		clear();
		pass_rounds(1);
		before = reader.faults;
		pass_rounds(10);
		expect_eq_msg(reader.faults - before, 0, "reads that faulted without a filter");
	}
	stop_reader();
}

/*
 * "vCPUs will see either the previous filter or the new filter, e.g. MSRs with identical settings in both the old and new
 * filter will have deterministic behavior" (api.rst).
 */
CASE(replaced, "what both the old and the new filter deny is denied in between")
{
	begin();
	deny(MSR_IA32_SYSENTER_CS);
	start_reader();
	for (u32 i = 0; i < 200; i++) {
		range(1, READ | WRITE, MSR_LSTAR + i % 2, 1);
		filter.ranges[0].nmsrs = 1 + i % 3;
		insist_eq(set(), 0);
	}
	pass_rounds(1);
	stop_reader();
	expect_gt(reader.faults, 0);
	expect_eq(reader.other, 0);
	clear();
}
