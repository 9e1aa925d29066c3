/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KVM's clock (Linux, Documentation/virt/kvm/x86/msr.rst, MSR_KVM_SYSTEM_TIME_NEW and MSR_KVM_WALL_CLOCK_NEW): what the host
 * writes and where, the version protocol, that the clock goes on by the TSC and never backwards, on one CPU and, where
 * the host promises it, across all; and that boot time and clock together are the time of day, which the real time
 * clock says too (MC146818 data sheet). The MSRs where their feature is absent: kvm-features.c.
 */
#include "alloc_page.h"
#include "case.h"
#include "kvm_test.h"
#include "x86/delay.h"
#include "x86/kvmclock.h"
#include "x86/rtc.h"
#include "asm/spinlock.h"

#define NS_PER_S	1000000000ull
#define PATTERN		0xa5

/* A page for each CPU; its clock lies at OFFSET, 4-byte aligned and no more. */
#define OFFSET		0x7c4
static u8 *pages[MAX_TEST_CPUS];

static volatile struct pvclock_vcpu_time_info *clock_of(int cpu)
{
	return (void *)(pages[cpu] + OFFSET);
}

static void fill(u8 *page)
{
	memset(page, PATTERN, PAGE_SIZE);
	memset(page + OFFSET, 0, sizeof(struct pvclock_vcpu_time_info));
}

static void turn_on(void *unused)
{
	wrmsr(MSR_KVM_SYSTEM_TIME_NEW, virt_to_phys(pages[smp_id()] + OFFSET) | KVM_CLOCK_ENABLE);
}

static void turn_off(void *unused)
{
	wrmsr(MSR_KVM_SYSTEM_TIME_NEW, 0);
}

/* All CPUs have a clock in a fresh page. */
static void begin(void)
{
	require_feature(KVM_FEATURE_CLOCKSOURCE2);
	for (int cpu = 0; cpu < cpu_count(); cpu++) {
		if (!pages[cpu])
			pages[cpu] = alloc_page();
		fill(pages[cpu]);
	}
	on_cpus(turn_on, NULL);
}

static void end(void)
{
	on_cpus(turn_off, NULL);
}

/* Nothing but the 32 bytes has changed. */
static void expect_no_more(const u8 *page)
{
	size_t size = sizeof(struct pvclock_vcpu_time_info), changed = 0;

	for (size_t i = 0; i < PAGE_SIZE; i++)
		if ((i < OFFSET || i >= OFFSET + size) && page[i] != PATTERN)
			changed++;
	expect_eq(changed, 0);
}

CASE(filled, "enabling fills the structure, and nothing beside it")
{
	struct pvclock_vcpu_time_info time;
	u64 before = rdtsc(), value;

	begin();
	for (int cpu = 0; cpu < cpu_count(); cpu++) {
		insist(pvclock_snapshot(clock_of(cpu), &time));
		expect_ne(time.version, 0);
		expect_ne(time.tsc_to_system_mul, 0);
		expect_ne(time.tsc_timestamp, 0);
		expect_le(time.tsc_timestamp, rdtsc());
		expect_eq(time.flags & ~(PVCLOCK_TSC_STABLE | PVCLOCK_GUEST_STOPPED), 0);
		expect_no_more(pages[cpu]);
	}
	metric("TSC by the clock", pvclock_tsc_hz(&time), "Hz");
	expect_eq(rdmsr_safe(MSR_KVM_SYSTEM_TIME_NEW, &value), 0);
	expect_eq(value, virt_to_phys(pages[0] + OFFSET) | KVM_CLOCK_ENABLE);
	expect_ge(rdtsc(), before);
	end();
	expect_eq(rdmsr(MSR_KVM_SYSTEM_TIME_NEW), 0);
}

CASE(off, "switched off, the structure is not written any more, though other CPUs' are")
{
	begin();
	end();
	for (int cpu = 0; cpu < cpu_count(); cpu++)
		memset(pages[cpu], PATTERN, PAGE_SIZE);
	on_cpu(cpu_count() - 1, turn_on, NULL);
	delay(IPI_DELAY);
	for (int cpu = 0; cpu < cpu_count() - 1; cpu++) {
		const u8 *clock = pages[cpu] + OFFSET;
		u8 pattern[sizeof(struct pvclock_vcpu_time_info)];

		memset(pattern, PATTERN, sizeof(pattern));
		expect_mem(clock, pattern, sizeof(pattern));
	}
	expect_no_more(pages[cpu_count() - 1]);
	end();
}

CASE(moved, "enabled at another address, the clock goes on there, and the old place is left alone")
{
	u8 pattern[sizeof(struct pvclock_vcpu_time_info)];
	u8 *old;
	u64 before;

	begin();
	before = pvclock_read(clock_of(0));
	old = pages[0];
	pages[0] = alloc_page();
	fill(pages[0]);
	turn_on(NULL);
	memset(old, PATTERN, PAGE_SIZE);
	expect_ge(pvclock_read(clock_of(0)), before);
	turn_on(NULL);
	memset(pattern, PATTERN, sizeof(pattern));
	expect_mem(old + OFFSET, pattern, sizeof(pattern));
	end();
	free_page(old);
}

/* ---- the version ---- */

static bool stop;

static void enable_again(void *unused)
{
	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE))
		turn_on(NULL);
}

CASE(version, "while the host writes, two reads of the same even version find the same contents")
{
	struct pvclock_vcpu_time_info last = { 0 }, time;
	u32 differing = 0, versions = 0;
	u64 start = rdtsc();

	require_msg(cpu_count() >= 2, "needs two CPUs");
	begin();
	stop = false;
	on_cpu_async(1, enable_again, NULL);
	while (versions < 50 && rdtsc() - start < WAIT_TICKS) {
		if (!pvclock_snapshot(clock_of(1), &time))
			break;
		if (time.version != last.version)
			versions++;
		/* GUEST_STOPPED may come at any time. */
		else if (memcmp(&time, &last, offsetof(struct pvclock_vcpu_time_info, flags)))
			differing++;
		last = time;
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELEASE);
	end();
	insist(versions > 1);
	expect_eq(differing, 0);
	expect_eq(last.version & 1, 0);
}

/* ---- time ---- */

CASE(monotonic, "on one CPU the clock never goes backwards, also when the host writes it anew")
{
	u32 backwards = 0;
	u64 last, now;

	begin();
	last = pvclock_read(clock_of(0));
	for (int i = 0; i < 4000; i++) {
		if (i % 100 == 0)
			turn_on(NULL);
		now = pvclock_read(clock_of(0));
		backwards += now < last;
		last = now;
	}
	end();
	expect_eq(backwards, 0);
}

static struct spinlock latest_lock;
static u64 latest;
static u32 went_back;

static u64 read_latest(u64 mine)
{
	u64 value;

	spin_lock(&latest_lock);
	latest = MAX(latest, mine);
	value = latest;
	spin_unlock(&latest_lock);
	return value;
}

static void compare_with_latest(void *unused)
{
	volatile struct pvclock_vcpu_time_info *clock = clock_of(smp_id());
	u64 now = 0;

	for (int i = 0; i < 2000; i++) {
		u64 seen = read_latest(now);

		now = pvclock_read(clock);
		if (now < seen)
			__atomic_add_fetch(&went_back, 1, __ATOMIC_SEQ_CST);
	}
}

CASE(monotonic_everywhere, "with PVCLOCK_TSC_STABLE no CPU is behind what another has read before")
{
	bool stable = true;

	require_msg(cpu_count() >= 2, "needs two CPUs");
	begin();
	for (int cpu = 0; cpu < cpu_count(); cpu++)
		stable &= clock_of(cpu)->flags & PVCLOCK_TSC_STABLE;
	if (!stable)
		end();
	require_msg(stable, "the host does not promise it (PVCLOCK_TSC_STABLE is clear)");
	expect(this_cpu_has(KVM_FEATURE_CLOCKSOURCE_STABLE_BIT));
	latest = 0;
	went_back = 0;
	on_cpus(compare_with_latest, NULL);
	end();
	expect_eq(went_back, 0);
}

CASE(rate, "what the host writes later is where the TSC has taken the clock, within 0.1 %")
{
	struct pvclock_vcpu_time_info first, second;
	u64 expected, elapsed, error;

	begin();
	insist(pvclock_snapshot(clock_of(0), &first));
	delay(pvclock_tsc_hz(&first) / 10);
	/* At another address, since the host may leave what is right already. */
	fill(pages[0]);
	turn_on(NULL);
	insist(pvclock_snapshot(clock_of(0), &second));
	expected = pvclock_ns(&first, second.tsc_timestamp);
	elapsed = second.system_time - first.system_time;
	error = MAX(expected, second.system_time) - MIN(expected, second.system_time);
	end();
	expect_le(error, elapsed / 1000 + 50000);
}

CASE(guest_stopped, "GUEST_STOPPED, once cleared by the guest, stays clear")
{
	bool told;

	begin();
	told = clock_of(0)->flags & PVCLOCK_GUEST_STOPPED;
	clock_of(0)->flags &= ~PVCLOCK_GUEST_STOPPED;
	turn_on(NULL);
	if (!told)
		end();
	require_msg(told, "the host has not paused this CPU, and cannot be asked to");
	expect_eq(clock_of(0)->flags & PVCLOCK_GUEST_STOPPED, 0);
	end();
}

/* ---- the time of day ---- */

/* Seconds since 1970 by KVM. */
static u64 kvm_seconds(u32 msr)
{
	static volatile struct pvclock_wall_clock wall;

	wall = (struct pvclock_wall_clock){ 0 };
	wrmsr(msr, virt_to_phys(&wall));
	expect_eq(wall.version & 1, 0);
	expect_lt(wall.nsec, NS_PER_S);
	return wall.sec + (pvclock_read(clock_of(0)) + wall.nsec) / NS_PER_S;
}

static void try_wall_clock(u32 msr)
{
	u64 before, now, after;

	require_msg(rtc_present(), "no real time clock to compare with");
	begin();
	before = rtc_seconds();
	now = kvm_seconds(msr);
	after = rtc_seconds();
	end();
	/* One second, since the second's parts of both need not begin at the same time. */
	expect_ge(now + 1, before);
	expect_le(now, after + 1);
}

CASE(wall_clock, "the wall clock and the clock together are the time of day")
{
	require_feature(KVM_FEATURE_CLOCKSOURCE2);
	try_wall_clock(MSR_KVM_WALL_CLOCK_NEW);
}

CASE(wall_clock_old, "the same by the first MSR for it, 0x11")
{
	require_feature(KVM_FEATURE_CLOCKSOURCE);
	try_wall_clock(MSR_KVM_WALL_CLOCK);
}

CASE(old_msr, "the clock by its first MSR, 0x12, is the same clock")
{
	u64 before, by_old, after;

	require_feature(KVM_FEATURE_CLOCKSOURCE);
	begin();
	before = pvclock_read(clock_of(0));
	fill(pages[0]);
	wrmsr(MSR_KVM_SYSTEM_TIME, virt_to_phys(pages[0] + OFFSET) | KVM_CLOCK_ENABLE);
	by_old = pvclock_read(clock_of(0));
	expect_no_more(pages[0]);
	wrmsr(MSR_KVM_SYSTEM_TIME, 0);
	fill(pages[0]);
	turn_on(NULL);
	after = pvclock_read(clock_of(0));
	end();
	expect_ge(by_old, before);
	expect_ge(after, by_old);
}
