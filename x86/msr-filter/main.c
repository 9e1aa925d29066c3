/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * msr-filter: KVM's MSR filters and MSR exits to user space (Linux, Documentation/virt/kvm/api.rst,
 * KVM_X86_SET_MSR_FILTER and KVM_CAP_X86_USER_SPACE_MSR), with the small VMM as the user space that sets them for us. The
 * interface's own rules are in rules.c, what a filter does to the guest in effects.c, which access exits for which
 * reason and what user space's answer does in reasons.c. Here is what they share.
 */
#include "filter_test.h"

struct hostop_msr_filter filter;
struct hostop_msr_exit exits[MAX_EXITS];

void clear(void)
{
	static struct hostop_msr_filter none;

	hostop_data(&none, sizeof(none), NULL, HOSTOP_MSR_FILTER);
	hostop(HOSTOP_MSR_EXITS, 0);
}

void begin(void)
{
	require_hostop(HOSTOP_MSR_FILTER);
	require_hostop(HOSTOP_MSR_EXITS);
	clear();
	logged();
	memset(&filter, 0, sizeof(filter));
}

void range(unsigned int n, u32 flags, u32 base, u32 nmsrs)
{
	filter.ranges[n].flags = flags;
	filter.ranges[n].base = base;
	filter.ranges[n].nmsrs = nmsrs;
	/* Each range has 64 bytes of the bits; those of more MSRs overlap, and are for ranges that stand alone. */
	filter.ranges[n].bitmap = n * 64;
}

void allow(unsigned int n, u32 offset, bool allowed)
{
	u8 *byte = &filter.bits[filter.ranges[n].bitmap + (offset >> 3)];

	if (allowed)
		*byte |= 1u << (offset & 7);
	else
		*byte &= ~(1u << (offset & 7));
}

int set(void)
{
	return hostop_data(&filter, sizeof(filter), NULL, HOSTOP_MSR_FILTER);
}

void deny(u32 index)
{
	range(0, READ | WRITE, index, 1);
	insist_eq(set(), 0);
}

u64 logged(void)
{
	u64 rets[HOSTOP_RETS];

	insist_eq(hostop_data(exits, sizeof(exits), rets, HOSTOP_MSR_LOG), 0);
	return rets[0];
}

void expect_exit(u32 reason, u32 index, bool write, u64 value, bool fault)
{
	if (!expect_eq_msg(logged(), 1, "exits for MSR %#" PRIx32, index))
		return;
	expect_eq(exits[0].reason, reason);
	expect_eq(exits[0].index, index);
	expect_eq(exits[0].write, write);
	expect_eq(exits[0].cpu, 0);
	expect_eq(exits[0].fault, fault);
	/* A read that was refused has no value. */
	if (write || !fault)
		expect_eq(exits[0].value, value);
}

u64 host_value(u32 index)
{
	u64 rets[HOSTOP_RETS];

	insist_eq(hostop_get(rets, HOSTOP_MSR_GET, HOSTOP_SELF, index), 0);
	return rets[0] ? rets[1] : ~0ull;
}

bool read_faults(u32 index, u64 *value)
{
	if (!rdmsr_safe(index, value))
		return false;
	return expect_eq(exception_vector(), GP_VECTOR) && expect_eq(exception_error_code(), 0);
}

bool write_faults(u32 index, u64 value)
{
	if (!wrmsr_safe(index, value))
		return false;
	return expect_eq(exception_vector(), GP_VECTOR) && expect_eq(exception_error_code(), 0);
}
