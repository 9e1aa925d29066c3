/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MSR exits to user space (Linux api.rst, KVM_CAP_X86_USER_SPACE_MSR, KVM_EXIT_X86_RDMSR): which access exits for which
 * reason, that user space's answer is what the guest sees, and its error a #GP(0) that changes nothing.
 */
#include "filter_test.h"
#include "x86/usermode.h"

#define FILTERED	MSR_IA32_SYSENTER_ESP
#define UNKNOWN		0x7fffff00u	/* nobody's */
#define INVALID		MSR_EFER	/* with a reserved bit */
#define INVALID_VALUE	(1ull << 40)
#define ANSWER		0x123456789abcdef0ull

/* One access for each reason; each faults where nobody answers. */
static const struct access {
	const char *name;
	u32 reason, index;
	bool write;
	u64 value;
} accesses[] = {
	{ "a read that is filtered", HOSTOP_MSR_REASON_FILTER, FILTERED, false, 0 },
	{ "a write that is filtered", HOSTOP_MSR_REASON_FILTER, FILTERED, true, 0x1111222233334444 },
	{ "a read of an unknown MSR", HOSTOP_MSR_REASON_UNKNOWN, UNKNOWN, false, 0 },
	{ "a write of an unknown MSR", HOSTOP_MSR_REASON_UNKNOWN, UNKNOWN, true, 0x5555666677778888 },
	{ "a write of an invalid value", HOSTOP_MSR_REASON_INVAL, INVALID, true, INVALID_VALUE },
};

/* ignore_msrs=1 of module kvm: unknown MSRs do not fault, and do not exit. */
static bool ignored(const struct access *a)
{
	u64 value;

	return a->reason == HOSTOP_MSR_REASON_UNKNOWN && !rdmsr_safe(UNKNOWN, &value);
}

static bool faults(const struct access *a, u64 *value)
{
	return a->write ? write_faults(a->index, a->value) : read_faults(a->index, value);
}

static void check_access(const struct access *a, u32 mask)
{
	bool exit = mask & a->reason;
	u64 value = 0;

	insist_eq(hostop(HOSTOP_MSR_EXITS, mask), 0);
	deny(FILTERED);
	hostop(HOSTOP_MSR_ANSWER, a->index, HOSTOP_ANSWER_VALUE, ANSWER);
	logged();
	expect_eq_msg(faults(a, &value), !exit, "%s, mask %" PRIu32, a->name, mask);
	if (exit)
		expect_exit(a->reason, a->index, a->write, a->write ? a->value : ANSWER, false);
	else
		expect_eq_msg(logged(), 0, "%s, mask %" PRIu32, a->name, mask);
	if (exit && !a->write)
		expect_eq_msg(value, ANSWER, "%s", a->name);
	hostop(HOSTOP_MSR_ANSWER, a->index, HOSTOP_ANSWER_NONE);
	clear();
}

CASE(masks, "each access exits if its own reason was asked for, and only then; else it faults")
{
	begin();
	for (size_t i = 0; i < ARRAY_SIZE(accesses); i++) {
		if (ignored(&accesses[i]))
			continue;
		for (u32 mask = 0; mask < 8; mask++)
			check_access(&accesses[i], mask);
	}
}

CASE(error, "user space refuses: #GP(0), at the instruction, and every register as it was")
{
	begin();
	for (size_t i = 0; i < ARRAY_SIZE(accesses); i++) {
		const struct access *a = &accesses[i];
		unsigned long ax = 0xa5a5a5a5, dx = 0x5a5a5a5a, cx = a->index;
		u64 before = host_value(a->index);
		u32 vector;

		if (ignored(a))
			continue;
		insist_eq(hostop(HOSTOP_MSR_EXITS, 7), 0);
		deny(FILTERED);
		hostop(HOSTOP_MSR_ANSWER, a->index, HOSTOP_ANSWER_FAULT);
		logged();
		if (a->write) {
			expect_eq(wrmsr_safe(a->index, a->value), GP_VECTOR);
		} else {
			asm volatile(ASM_TRY("1f") "rdmsr\n1:" : "+a" (ax), "+d" (dx), "+c" (cx));
			vector = exception_vector();
			expect_eq(vector, GP_VECTOR);
			expect_eq(ax, 0xa5a5a5a5);
			expect_eq(dx, 0x5a5a5a5a);
			expect_eq(cx, a->index);
		}
		expect_eq(exception_error_code(), 0);
		expect_exit(a->reason, a->index, a->write, a->value, true);
		hostop(HOSTOP_MSR_ANSWER, a->index, HOSTOP_ANSWER_NONE);
		clear();
		expect_eq_msg(host_value(a->index), before, "%s", a->name);
	}
}

CASE(halves, "the answer is EDX and EAX, and the upper halves of RAX and RDX are zero")
{
	static const u64 answers[] = { 0, ~0ull, 0xffffffff, 0xffffffff00000000, 0x8000000080000000, ANSWER };

	begin();
	insist_eq(hostop(HOSTOP_MSR_EXITS, HOSTOP_MSR_REASON_FILTER), 0);
	deny(FILTERED);
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		unsigned long ax = ~0ul, dx = ~0ul;

		hostop(HOSTOP_MSR_ANSWER, FILTERED, HOSTOP_ANSWER_VALUE, answers[i]);
		asm volatile("rdmsr" : "+a" (ax), "+d" (dx) : "c" (FILTERED));
		expect_eq(ax, (u32)answers[i]);
		expect_eq(dx, (u32)(answers[i] >> 32));
	}
	hostop(HOSTOP_MSR_ANSWER, FILTERED, HOSTOP_ANSWER_NONE);
	clear();
}

CASE(not_stored, "a write that user space takes is not KVM's any more: the register keeps its value")
{
	u64 before;

	begin();
	before = host_value(FILTERED);
	insist_eq(hostop(HOSTOP_MSR_EXITS, HOSTOP_MSR_REASON_FILTER), 0);
	deny(FILTERED);
	hostop(HOSTOP_MSR_ANSWER, FILTERED, HOSTOP_ANSWER_VALUE, 0);
	expect(!write_faults(FILTERED, 0xabcdef));
	expect_exit(HOSTOP_MSR_REASON_FILTER, FILTERED, true, 0xabcdef, false);
	expect_eq(host_value(FILTERED), before);
	hostop(HOSTOP_MSR_ANSWER, FILTERED, HOSTOP_ANSWER_NONE);
	clear();
	expect_eq(rdmsr(FILTERED), before);
}

CASE(sequence, "each of many accesses exits once, in order")
{
	begin();
	insist_eq(hostop(HOSTOP_MSR_EXITS, HOSTOP_MSR_REASON_FILTER), 0);
	deny(FILTERED);
	hostop(HOSTOP_MSR_ANSWER, FILTERED, HOSTOP_ANSWER_VALUE, 0);
	logged();
	for (u32 i = 0; i < MAX_EXITS / 2; i++) {
		wrmsr(FILTERED, i + 1);
		expect_eq(rdmsr(FILTERED), i + 1);
	}
	expect_eq(logged(), MAX_EXITS);
	for (u32 i = 0; i < MAX_EXITS; i++) {
		expect_eq(exits[i].write, i % 2 == 0);
		expect_eq(exits[i].value, i / 2 + 1);
	}
	hostop(HOSTOP_MSR_ANSWER, FILTERED, HOSTOP_ANSWER_NONE);
	clear();
}

static u64 read_in_user(void)
{
	return rdmsr(FILTERED);
}

CASE(user_mode, "privilege comes first: RDMSR in ring 3 is #GP(0), and no exit")
{
	bool raised;

	begin();
	insist_eq(hostop(HOSTOP_MSR_EXITS, 7), 0);
	deny(FILTERED);
	hostop(HOSTOP_MSR_ANSWER, FILTERED, HOSTOP_ANSWER_VALUE, ANSWER);
	logged();
	run_in_user(read_in_user, GP_VECTOR, 0, 0, 0, 0, &raised);
	expect_eq(raised, true);
	expect_eq(logged(), 0);
	hostop(HOSTOP_MSR_ANSWER, FILTERED, HOSTOP_ANSWER_NONE);
	clear();
}

/* KVM's emulator is another way into the same rules; the prefix takes an instruction there. */
CASE(emulator, "by the instruction emulator: the same exits and the same answer")
{
	u64 value;

	begin();
	require(is_fep_available);
	insist_eq(hostop(HOSTOP_MSR_EXITS, HOSTOP_MSR_REASON_FILTER), 0);
	deny(FILTERED);
	hostop(HOSTOP_MSR_ANSWER, FILTERED, HOSTOP_ANSWER_VALUE, ANSWER);
	logged();
	expect_eq(rdmsr_fep_safe(FILTERED, &value), 0);
	expect_eq(value, ANSWER);
	expect_exit(HOSTOP_MSR_REASON_FILTER, FILTERED, false, ANSWER, false);
	expect_eq(wrmsr_fep_safe(FILTERED, 0x1234), 0);
	expect_exit(HOSTOP_MSR_REASON_FILTER, FILTERED, true, 0x1234, false);
	hostop(HOSTOP_MSR_ANSWER, FILTERED, HOSTOP_ANSWER_FAULT);
	expect_eq(rdmsr_fep_safe(FILTERED, &value), GP_VECTOR);
	hostop(HOSTOP_MSR_ANSWER, FILTERED, HOSTOP_ANSWER_NONE);
	clear();
}
