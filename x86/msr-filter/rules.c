/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules of the interface itself: what KVM_X86_SET_MSR_FILTER and KVM_CAP_X86_USER_SPACE_MSR take and refuse. */
#include "filter_test.h"

static void expect_refused(int error)
{
	expect_eq((u32)set(), (u32)-error);
}

CASE(empty, "a filter without a range is none")
{
	u64 value;

	begin();
	expect_eq(set(), 0);
	expect(!read_faults(MSR_IA32_SYSENTER_CS, &value));
}

CASE(filter_flags, "flags beside DEFAULT_DENY: EINVAL")
{
	begin();
	range(0, READ, MSR_IA32_SYSENTER_CS, 1);
	for (int bit = 1; bit < 32; bit++) {
		filter.flags = 1u << bit;
		expect_eq_msg((u32)set(), (u32)-EINVAL, "bit %d", bit);
	}
}

CASE(range_flags, "flags of a range beside READ and WRITE: EINVAL; none of them in a range that has MSRs, too")
{
	begin();
	range(0, 0, MSR_IA32_SYSENTER_CS, 1);
	expect_refused(EINVAL);
	for (int bit = 2; bit < 32; bit++) {
		range(0, READ | 1u << bit, MSR_IA32_SYSENTER_CS, 1);
		expect_eq_msg((u32)set(), (u32)-EINVAL, "bit %d", bit);
	}
}

CASE(no_default_ranges, "DEFAULT_DENY without a range: EINVAL, since nothing could be done any more")
{
	begin();
	filter.flags = DEFAULT_DENY;
	expect_refused(EINVAL);
}

CASE(counts, "0x3000 MSRs are the most of a range; none is no range")
{
	begin();
	range(0, READ | WRITE, 0x40000000, MAX_MSRS);
	expect_eq(set(), 0);
	range(0, READ | WRITE, 0x40000000, MAX_MSRS + 1);
	expect_refused(EINVAL);
	range(0, READ | WRITE, 0x40000000, ~0u);
	expect_refused(EINVAL);
	range(0, READ | WRITE, MSR_IA32_SYSENTER_CS, 0);
	expect_eq(set(), 0);
}

CASE(bitmaps, "a bitmap that is no memory: EFAULT")
{
	begin();
	range(0, READ | WRITE, MSR_IA32_SYSENTER_CS, 1);
	filter.ranges[0].bitmap = HOSTOP_BITMAP_BAD;
	expect_refused(EFAULT);
	filter.ranges[0].bitmap = HOSTOP_BITMAP_NULL;
	expect_refused(EFAULT);
}

CASE(all_ranges, "sixteen ranges, overlapping, in any place, to the end of the MSRs")
{
	begin();
	for (u32 i = 0; i < HOSTOP_MSR_RANGES; i++)
		range(i, READ | WRITE, 0xfffffff0u + i, 0x100);
	expect_eq(set(), 0);
}

CASE(refused_changes_nothing, "a filter that is refused leaves the one before in force")
{
	u64 value;

	begin();
	deny(MSR_IA32_SYSENTER_CS);
	range(1, READ, MSR_IA32_SYSENTER_ESP, MAX_MSRS + 1);
	expect_refused(EINVAL);
	expect(read_faults(MSR_IA32_SYSENTER_CS, &value));
	expect(!read_faults(MSR_IA32_SYSENTER_ESP, &value));
	clear();
}

CASE(exit_mask, "reasons of an exit that are not defined: EINVAL")
{
	begin();
	for (int bit = 3; bit < 64; bit++)
		expect_eq_msg((u32)hostop(HOSTOP_MSR_EXITS, 1ull << bit), (u32)-EINVAL, "bit %d", bit);
	expect_eq(hostop(HOSTOP_MSR_EXITS, 7), 0);
	clear();
}
