/* SPDX-License-Identifier: BSD-2-Clause */
/* Host operations in short: clocks and the TSC. */
#include "x86/msr.h"
#include "each.h"

#define MSR_KVM_SYSTEM_TIME_NEW	0x4b564d01
#define CLOCK_FLAGS		29	/* of struct pvclock_vcpu_time_info */
#define GUEST_STOPPED		2

CASE(clock_ctrl, "the guest's clock says that the guest was stopped")
{
	static volatile u8 page[64] __attribute__((aligned(64)));

	begin(HOSTOP_CLOCK_CTRL);
	require(this_cpu_has_kvm());
	wrmsr(MSR_KVM_SYSTEM_TIME_NEW, virt_to_phys((void *)page) | 1);
	expect_eq(hostop(HOSTOP_CLOCK_CTRL, HOSTOP_SELF), 0);
	for (int i = 0; i < 1000 && !(page[CLOCK_FLAGS] & GUEST_STOPPED); i++)
		hostop(HOSTOP_SLEEP, 100000);
	expect_eq(page[CLOCK_FLAGS] & GUEST_STOPPED, GUEST_STOPPED);
	wrmsr(MSR_KVM_SYSTEM_TIME_NEW, 0);
}

CASE(tsc_attribute, "the TSC's offset is what was set")
{
	u64 before;

	begin(HOSTOP_VCPU_ATTR_SET);
	insist_eq(hostop_get(rets, HOSTOP_VCPU_ATTR, HOSTOP_SELF, 0, 0), 0);
	before = rets[0];
	expect_eq(hostop(HOSTOP_VCPU_ATTR_SET, HOSTOP_SELF, 0, 0, before + 0x1000000), 0);
	expect_eq(hostop_get(rets, HOSTOP_VCPU_ATTR, HOSTOP_SELF, 0, 0), 0);
	expect_eq(rets[0], before + 0x1000000);
	expect_eq(hostop(HOSTOP_VCPU_ATTR_SET, HOSTOP_SELF, 0, 0, before), 0);
}

CASE(clocks, "the host's clocks go forward, and the TSC has a frequency")
{
	u64 first[HOSTOP_RETS];

	begin(HOSTOP_HOST_TIME);
	expect_eq(hostop_get(first, HOSTOP_HOST_TIME), 0);
	expect_eq(hostop(HOSTOP_SLEEP, 1000000), 0);
	expect_eq(hostop_get(rets, HOSTOP_HOST_TIME), 0);
	expect_ge(rets[0], first[0] + 1000000 / 2);
	expect_ge(rets[1], first[1] + 1000000);
	expect_eq(hostop_get(rets, HOSTOP_TSC_KHZ, HOSTOP_SELF), 0);
	expect_gt(rets[0], 100000);
	expect_eq(hostop_get(rets, HOSTOP_CLOCK), 0);
	expect_gt(rets[0], 0);
	expect_eq((u32)hostop(HOSTOP_SLEEP, 10000000001ull), (u32)HOSTOP_EARG);
}

CASE(clock_set, "the VM's clock goes on from where it was set")
{
	const u64 wanted = 1ull << 50;		/* ns: 13 days */
	u64 before;

	begin(HOSTOP_CLOCK_SET);
	insist_eq(hostop_get(rets, HOSTOP_CLOCK), 0);
	before = rets[0];
	expect_eq(hostop(HOSTOP_CLOCK_SET, wanted), 0);
	expect_eq(hostop_get(rets, HOSTOP_CLOCK), 0);
	expect_ge(rets[0], wanted);
	expect_lt(rets[0], 2 * wanted);
	expect_eq(hostop(HOSTOP_CLOCK_SET, before), 0);
	expect_eq(hostop_get(rets, HOSTOP_CLOCK), 0);
	expect_lt(rets[0], wanted);
}

/* A CPU that cannot scale its TSC down has KVM say so. */
CASE(tsc_khz_set, "a TSC of half the frequency is one, or is refused")
{
	u32 khz;
	int result;

	begin(HOSTOP_TSC_KHZ_SET);
	insist_eq(hostop_get(rets, HOSTOP_TSC_KHZ, HOSTOP_SELF), 0);
	khz = rets[0];
	result = hostop(HOSTOP_TSC_KHZ_SET, HOSTOP_SELF, khz / 2);
	expect_eq(hostop_get(rets, HOSTOP_TSC_KHZ, HOSTOP_SELF), 0);
	if (result)
		expect_eq((u32)result, (u32)-EINVAL);
	expect_eq(rets[0], result ? khz : khz / 2);
	expect_eq(hostop(HOSTOP_TSC_KHZ_SET, HOSTOP_SELF, khz), 0);
	expect_eq((u32)hostop(HOSTOP_TSC_KHZ_SET, HOSTOP_SELF, 1ull << 32), (u32)HOSTOP_EARG);
}

CASE(attribute_errors, "attributes that KVM does not have")
{
	begin(HOSTOP_VCPU_ATTR);
	expect_eq((u32)hostop(HOSTOP_VCPU_ATTR, HOSTOP_SELF, 0, 77), (u32)-ENXIO);
	expect_eq((u32)hostop(HOSTOP_VCPU_ATTR_SET, HOSTOP_SELF, 0, 77, 1), (u32)-ENXIO);
}
