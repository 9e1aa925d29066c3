/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The time stamp counter (SDM volume 3, section 18.17; volume 2, RDTSC and RDTSCP): it counts up and at an even rate,
 * can be written, RDTSCP tells IA32_TSC_AUX, IA32_TSC_ADJUST follows writes (18.17.3), CR4.TSD guards it (2.5), and CPUs
 * that start together agree. Frequency: against the 8254, if there is one.
 */
#include "arch-hooks.h"
#include "case.h"
#include "x86/delay.h"
#include "x86/isr.h"
#include "x86/smp.h"
#include "x86/usermode.h"

/* What a write and a read behind it may be apart: a vCPU may lose its CPU in between, a slow KVM needs its time. */
#define SOON		10000000000ull

CASE(counts, "RDTSC never goes back, and does go on")
{
	u64 last = rdtsc(), first = last;
	u32 backwards = 0, equal = 0;

	for (int i = 0; i < 10000; i++) {
		u64 now = rdtsc();

		backwards += now < last;
		equal += now == last;
		last = now;
	}
	expect_eq(backwards, 0);
	expect_lt(equal, 10000);
	expect_gt(last, first);
}

CASE(halves, "RDTSC clears the upper halves of RAX and RDX, and leaves RCX and flags")
{
#ifdef __x86_64__
	u64 a = ~0ull, d = ~0ull, c = 0x0123456789abcdefull;
	unsigned long before = read_rflags();

	asm volatile("rdtsc" : "+a" (a), "+d" (d), "+c" (c) : : );
	expect_eq(a >> 32, 0);
	expect_eq(d >> 32, 0);
	expect_eq(c, 0x0123456789abcdefull);
	expect_eq(read_rflags() & ~X86_EFLAGS_ALU, before & ~X86_EFLAGS_ALU);
#else
	u32 c = 0x89abcdef, a, d;

	asm volatile("rdtsc" : "=a" (a), "=d" (d), "+c" (c));
	expect_eq(c, 0x89abcdef);
#endif
}

CASE(msr, "IA32_TIME_STAMP_COUNTER is the same counter")
{
	u64 before = rdtsc(), msr = rdmsr(MSR_IA32_TSC), after = rdtsc();

	expect_le(before, msr);
	expect_le(msr, after);
}

static void try_write(u64 value)
{
	u64 now;

	wrtsc(value);
	now = rdtsc();
	expect_msg(now - value < SOON, "after writing %#" PRIx64 ": %#" PRIx64, value, now);
	now = rdmsr(MSR_IA32_TSC);
	expect_msg(now - value < SOON, "after writing %#" PRIx64 ": MSR %#" PRIx64, value, now);
}

CASE(write, "a write to the counter takes all 64 bits, and it counts on from there")
{
	u64 begin = rdtsc();

	try_write(0);
	try_write(0x123456789ull);
	try_write(0x7fffffff00000000ull);
	try_write(0xfedcba9800000000ull);
	try_write(begin);
}

CASE(carry, "the counter carries from bit 31 to 32")
{
	u64 begin = rdtsc(), now;

	wrtsc(0x1fffff000ull);
	do {
		now = rdtsc();
	} while (now < 0x200000000ull && now >= 0x1fffff000ull);
	expect_msg(now >= 0x200000000ull && now - 0x200000000ull < SOON, "%#" PRIx64, now);
	wrtsc(begin);
}

CASE(rdtscp, "RDTSCP is the same counter, with IA32_TSC_AUX[31:0] in ECX")
{
	static const u32 values[] = { 0, 1, 0x12345678, 0xffffffff };
	u64 saved, before, tsc;
	u32 aux;

	require_msg(this_cpu_has(X86_FEATURE_RDTSCP), "the CPU has no RDTSCP");
	saved = rdmsr(MSR_TSC_AUX);
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		wrmsr(MSR_TSC_AUX, values[i]);
		before = rdtsc();
		tsc = rdtscp(&aux);
		expect_eq(aux, values[i]);
		expect_le(before, tsc);
		expect_le(tsc, rdtsc());
		expect_eq(rdmsr(MSR_TSC_AUX), values[i]);
	}
	wrmsr(MSR_TSC_AUX, saved);
}

/*
 * Intel: a reserved bit is #GP (volume 4, table 2-2; volume 2, WRMSR). AMD's "reserved" (APM volume 2, conventions) promises
 * neither that nor what is read back; but RDTSCP of both loads 32 bits, and clears the upper half of RCX.
 */
CASE(aux_reserved, "the upper half of IA32_TSC_AUX is reserved: #GP (Intel), and never seen by RDTSCP")
{
	ulong seen = ~0ul;
	u64 saved;

	require_msg(this_cpu_has(X86_FEATURE_RDTSCP), "the CPU has no RDTSCP");
	saved = rdmsr(MSR_TSC_AUX);
	if (is_intel()) {
		u64 faulted = 0;

		for (int bit = 32; bit < 64; bit++)
			if (wrmsr_safe(MSR_TSC_AUX, 1ull << bit) == GP_VECTOR)
				faulted |= 1ull << bit;
		expect_eq(faulted, 0xffffffff00000000ull);
		expect_eq(rdmsr(MSR_TSC_AUX), saved);
	} else {
		wrmsr_safe(MSR_TSC_AUX, 0xffffffff00000000ull | saved);
	}
	asm volatile("rdtscp" : "+c" (seen) : : "eax", "edx");
	expect_eq(seen, (u32)saved);
	wrmsr(MSR_TSC_AUX, saved);
}

#define NEEDS_ADJUST	require_msg(this_cpu_has(X86_FEATURE_TSC_ADJUST), "the CPU has no IA32_TSC_ADJUST")

CASE(adjust, "writing IA32_TSC_ADJUST moves the counter by the difference")
{
	u64 begin, adjust, tsc;

	NEEDS_ADJUST;
	adjust = rdmsr(MSR_IA32_TSC_ADJUST);
	begin = rdtsc();
	wrmsr(MSR_IA32_TSC_ADJUST, adjust + 0x100000000000ull);
	tsc = rdtsc() - begin;
	expect_eq(rdmsr(MSR_IA32_TSC_ADJUST), adjust + 0x100000000000ull);
	expect_msg(tsc >= 0x100000000000ull && tsc - 0x100000000000ull < SOON, "moved by %#" PRIx64, tsc);
	wrmsr(MSR_IA32_TSC_ADJUST, adjust);
	tsc = rdtsc() - begin;
	expect_msg(tsc < SOON, "moved back to %#" PRIx64 " behind the start", tsc);
}

CASE(adjust_follows, "writing the counter moves IA32_TSC_ADJUST by the difference")
{
	u64 begin, adjust, moved;

	NEEDS_ADJUST;
	adjust = rdmsr(MSR_IA32_TSC_ADJUST);
	begin = rdtsc();
	wrtsc(begin + 0x100000000000ull);
	moved = rdmsr(MSR_IA32_TSC_ADJUST) - adjust;
	/* What the counter would have been by the time of the write is not known exactly. */
	expect_msg(0x100000000000ull - moved < SOON, "IA32_TSC_ADJUST moved by %#" PRIx64, moved);
	wrmsr(MSR_IA32_TSC_ADJUST, adjust);
	expect_lt(rdtsc() - begin, SOON);
}

static uint64_t user_rdtsc(void)
{
	return rdtsc();
}

CASE(tsd, "with CR4.TSD RDTSC faults in ring 3 with #GP(0), and still works in ring 0")
{
	bool faulted;
	u64 begin = rdtsc(), value;

	value = run_in_user(user_rdtsc, GP_VECTOR, 0, 0, 0, 0, &faulted);
	expect(!faulted);
	expect_ge(value, begin);
	write_cr4(read_cr4() | X86_CR4_TSD);
	expect_gt(rdtsc(), begin);
	run_in_user(user_rdtsc, GP_VECTOR, 0, 0, 0, 0, &faulted);
	expect(faulted);
	expect_eq(exception_error_code(), 0);
	write_cr4(read_cr4() & ~X86_CR4_TSD);
}

/* ---- CPUs ---- */

static u64 asked[MAX_TEST_CPUS];

static void ask(void *unused)
{
	asked[smp_id()] = rdtsc();
}

CASE(together, "no CPU reads a time before that of the call, nor after its return")
{
	require_msg(cpu_count() >= 2, "needs two CPUs");
	for (int round = 0; round < 100; round++)
		for (int cpu = 1; cpu < cpu_count(); cpu++) {
			u64 before = rdtsc(), after;

			on_cpu(cpu, ask, NULL);
			after = rdtsc();
			if (!expect_msg(before <= asked[cpu] && asked[cpu] <= after,
					"CPU %d: %" PRIu64 " is not from %" PRIu64 " to %" PRIu64, cpu,
					asked[cpu], before, after))
				return;
		}
}

static u64 left_at[MAX_TEST_CPUS];

static void write_own(void *unused)
{
	u64 own = rdtsc();

	wrtsc(own + 0x100000000000ull);
	left_at[smp_id()] = rdtsc() - own;
	wrtsc(own);
}

CASE(own_counter, "a write to one CPU's counter does not move another's")
{
	u64 before, after;

	require_msg(cpu_count() >= 2, "needs two CPUs");
	before = rdtsc();
	on_cpu(1, write_own, NULL);
	after = rdtsc();
	expect_ge(left_at[1], 0x100000000000ull);
	expect_lt(after - before, SOON);
}

CASE(frequency, "the counter's frequency is plausible, and the library's clock agrees with itself")
{
	u64 hz = tsc_frequency(), begin, ns;

	require_msg(hz, "nothing to measure the frequency by");
	metric("tsc_frequency", hz, "Hz");
	expect_ge(hz, 10000000);
	expect_le(hz, 10000000000ull);
	begin = arch_time_ns();
	udelay(1000);
	ns = arch_time_ns() - begin;
	expect_ge(ns, 999000);
}

/* The last one: an emulator that does not know the instruction may end the machine. */
CASE(rdtscp_absent, "without the feature RDTSCP is #UD")
{
	require_msg(!this_cpu_has(X86_FEATURE_RDTSCP), "the CPU has RDTSCP");
	expect_eq(asm_safe(".byte 0x0f, 0x01, 0xf9", "i" (0)), UD_VECTOR);
}
