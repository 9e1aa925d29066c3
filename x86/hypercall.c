/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KVM's hypercalls (Linux, Documentation/virt/kvm/x86/hypercalls.rst): the number in RAX, arguments in RBX, RCX, RDX, RSI, the
 * result in RAX and nothing else changed. Numbers that mean nothing on x86 return -KVM_ENOSYS. KVM_HC_SEND_IPI is
 * tested with the other IPIs: ipi/pv.c.
 */
#include "case.h"
#include "kvm_test.h"

CASE(unknown, "numbers that are not assigned, or to other architectures, return -KVM_ENOSYS")
{
	/* 2 (MMU_OP) is gone; 3 and 4 are POWER's, 6 to 8 MIPS'. */
	static const u32 numbers[] = { 0, 2, 3, 4, 6, 7, 8, 13, 14, 99, 255, 0x7fffffff, 0x80000001, 0xffffffff };

	require_hypercalls();
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		expect_eq_msg(kvm_hypercall(numbers[i], 0, 0, 0, 0), (long)-KVM_ENOSYS, "hypercall %" PRIu32,
			      numbers[i]);
}

CASE(poll, "KVM_HC_VAPIC_POLL_IRQ returns 0")
{
	require_hypercalls();
	expect_eq(kvm_hypercall(KVM_HC_VAPIC_POLL_IRQ, 0, 0, 0, 0), 0);
}



struct registers {
	unsigned long bx, cx, dx, si;
};

static struct registers call_with(struct registers r, unsigned long nr)
{
	if (is_amd())
		asm volatile(".byte 0x0f, 0x01, 0xd9"
			     : "+a" (nr), "+b" (r.bx), "+c" (r.cx), "+d" (r.dx), "+S" (r.si) : : "memory");
	else
		asm volatile(".byte 0x0f, 0x01, 0xc1"
			     : "+a" (nr), "+b" (r.bx), "+c" (r.cx), "+d" (r.dx), "+S" (r.si) : : "memory");
	return r;
}

CASE(registers, "the registers of the arguments are not changed")
{
	static const u32 numbers[] = { KVM_HC_VAPIC_POLL_IRQ, 0x7fffffff };
	struct registers before = { 0x1badcafe, 0x2badcafe, 0x3badcafe, 0x4badcafe };

	require_hypercalls();
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		struct registers after = call_with(before, numbers[i]);

		expect_mem(&after, &before, sizeof(before));
	}
}

/* ---- KVM_HC_KICK_CPU ---- */

static u32 halting, woken;

/* Interrupts are disabled: but for the kick this is for ever. */
static void halt_for_kick(void *unused)
{
	__atomic_store_n(&halting, 1, __ATOMIC_RELEASE);
	asm volatile("cli; hlt" : : : "memory");
	__atomic_store_n(&woken, 1, __ATOMIC_RELEASE);
}

static bool wait_for(u32 *flag)
{
	u64 start = rdtsc();

	while (!__atomic_load_n(flag, __ATOMIC_ACQUIRE) && rdtsc() - start < WAIT_TICKS)
		pause();
	return __atomic_load_n(flag, __ATOMIC_ACQUIRE);
}

CASE(kick, "KVM_HC_KICK_CPU wakes a CPU that has halted with interrupts disabled")
{
	bool kicked = false;

	require_msg(cpu_count() >= 2, "needs two CPUs");
	require_feature(KVM_FEATURE_PV_UNHALT);
	require_hypercalls();
	halting = woken = 0;
	on_cpu_async(1, halt_for_kick, NULL);
	/* A kick before the HLT counts as well: it is not lost. */
	if (expect(wait_for(&halting))) {
		expect_eq(kvm_hypercall(KVM_HC_KICK_CPU, 0, id_map[1], 0, 0), 0);
		kicked = wait_for(&woken);
	}
	if (!kicked)
		smp_restart(1);
	expect(kicked);
}

CASE(yield, "KVM_HC_SCHED_YIELD to another CPU, and to one that is not there, returns")
{
	require_feature(KVM_FEATURE_PV_SCHED_YIELD);
	require_hypercalls();
	expect_eq(kvm_hypercall(KVM_HC_SCHED_YIELD, id_map[cpu_count() - 1], 0, 0, 0), 0);
	expect_eq(kvm_hypercall(KVM_HC_SCHED_YIELD, 0xfffffff0, 0, 0, 0), 0);
}

/* ---- KVM_HC_CLOCK_PAIRING ---- */

#ifdef __x86_64__
CASE(clock_pairing, "KVM_HC_CLOCK_PAIRING pairs the TSC with the host's time, or says that it cannot")
{
	static struct kvm_clock_pairing pair __aligned(64);
	u64 before = rdtsc();
	long result;

	require_hypercalls();
	memset(&pair, 0x5a, sizeof(pair));
	result = kvm_hypercall(KVM_HC_CLOCK_PAIRING, virt_to_phys(&pair), KVM_CLOCK_PAIRING_WALLCLOCK, 0, 0);
	require_msg(result != -KVM_EOPNOTSUPP && result != -KVM_ENOSYS, "the host's clock is not the TSC");
	insist_eq(result, 0);
	expect_ge(pair.tsc, before);
	expect_le(pair.tsc, rdtsc());
	expect_lt(pair.nsec, 1000000000);
	/* 2020: later than any host that has this was started. */
	expect_gt(pair.sec, 1577836800);
}

CASE(clock_pairing_type, "KVM_HC_CLOCK_PAIRING with another type than 0 is -KVM_EOPNOTSUPP and writes nothing")
{
	static struct kvm_clock_pairing pair __aligned(64), before;
	long result;

	require_hypercalls();
	memset(&pair, 0x5a, sizeof(pair));
	before = pair;
	result = kvm_hypercall(KVM_HC_CLOCK_PAIRING, virt_to_phys(&pair), 1, 0, 0);
	require_msg(result != -KVM_ENOSYS, "the host has no KVM_HC_CLOCK_PAIRING");
	expect_eq(result, (long)-KVM_EOPNOTSUPP);
	expect_mem(&pair, &before, sizeof(pair));
}
#endif
