/* SPDX-License-Identifier: BSD-2-Clause */
/* Host operations in short: MSR filters, exits, answers. */
#include "alloc_page.h"
#include "x86/msr.h"
#include "each.h"

CASE(msr_filter, "a filtered MSR exits, is answered, and is in the log")
{
	static struct hostop_msr_filter filter;
	struct hostop_msr_exit log[2];
	u64 before, value;

	begin(HOSTOP_MSR_FILTER);
	before = rdmsr(MSR_IA32_SYSENTER_CS);
	filter.ranges[0].flags = 3;
	filter.ranges[0].nmsrs = 1;
	filter.ranges[0].base = MSR_IA32_SYSENTER_CS;
	insist_eq(hostop(HOSTOP_MSR_EXITS, HOSTOP_MSR_REASON_FILTER), 0);
	insist_eq(hostop(HOSTOP_MSR_ANSWER, MSR_IA32_SYSENTER_CS, HOSTOP_ANSWER_VALUE, 0x1234), 0);
	insist_eq(hostop_data(&filter, sizeof(filter), NULL, HOSTOP_MSR_FILTER), 0);
	hostop_data(log, sizeof(log), NULL, HOSTOP_MSR_LOG);
	expect_eq(rdmsr(MSR_IA32_SYSENTER_CS), 0x1234);
	wrmsr(MSR_IA32_SYSENTER_CS, 0x5678);
	expect_eq(rdmsr(MSR_IA32_SYSENTER_CS), 0x5678);
	expect_eq(hostop_data(log, sizeof(log), rets, HOSTOP_MSR_LOG), 0);
	expect_eq(rets[0], 3);
	expect_eq(rets[1], 2);
	expect_eq(log[0].value, 0x1234);
	expect_eq(log[0].index, MSR_IA32_SYSENTER_CS);
	expect_eq(log[0].reason, HOSTOP_MSR_REASON_FILTER);
	expect_eq(log[0].cpu, 0);
	expect_eq(log[0].write, 0);
	expect_eq(log[0].fault, 0);
	expect_eq(log[1].value, 0x5678);
	expect_eq(log[1].write, 1);
	hostop(HOSTOP_MSR_ANSWER, MSR_IA32_SYSENTER_CS, HOSTOP_ANSWER_FAULT);
	expect_eq(rdmsr_safe(MSR_IA32_SYSENTER_CS, &value), GP_VECTOR);
	clean_up();
	expect_eq(rdmsr(MSR_IA32_SYSENTER_CS), before);
}

CASE(msr_filter_errors, "KVM's own errors come through")
{
	static struct hostop_msr_filter filter;

	begin(HOSTOP_MSR_FILTER);
	filter.flags = 0x80;
	expect_eq((u32)hostop_data(&filter, sizeof(filter), NULL, HOSTOP_MSR_FILTER), (u32)-EINVAL);
	filter.flags = 0;
	filter.ranges[15].bitmap = sizeof(filter.bits);
	expect_eq((u32)hostop_data(&filter, sizeof(filter), NULL, HOSTOP_MSR_FILTER),
		  (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_MSR_EXITS, 1ull << 40), (u32)-EINVAL);
}

CASE(msr_access, "the host reads and writes a vCPU's MSRs")
{
	u64 before;

	begin(HOSTOP_MSR_SET);
	before = rdmsr(MSR_IA32_SYSENTER_ESP);
	expect_eq(hostop_get(rets, HOSTOP_MSR_SET, HOSTOP_SELF, MSR_IA32_SYSENTER_ESP, 0x123456),
		  0);
	expect_eq(rets[0], 1);
	expect_eq(rdmsr(MSR_IA32_SYSENTER_ESP), 0x123456);
	wrmsr(MSR_IA32_SYSENTER_ESP, 0x654321);
	expect_eq(hostop_get(rets, HOSTOP_MSR_GET, 0, MSR_IA32_SYSENTER_ESP), 0);
	expect_eq(rets[0], 1);
	expect_eq(rets[1], 0x654321);
	wrmsr(MSR_IA32_SYSENTER_ESP, before);
	expect_eq(hostop_get(rets, HOSTOP_MSR_GET, 0, 0x7fffffff), 0);
	expect_eq(rets[0], 0);
}
