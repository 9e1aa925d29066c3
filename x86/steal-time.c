/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KVM's steal time (Linux, Documentation/virt/kvm/x86/msr.rst, MSR_KVM_STEAL_TIME): how long a vCPU wanted to run and did
 * not. The MSR's protocol; the structure's version and reserved fields; that the time only grows, by no more than has passed;
 * and, where there are more busy vCPUs than the host has CPUs (the environment says HOST_CPUS), that what they did
 * not get is told, and who does not run.
 */
#include "case.h"
#include "kvm_test.h"
#include "x86/delay.h"

#define PATTERN		0x5a
#define LINE		64
#define RESERVED	0x3eull
#define NS_PER_S	1000000000ull

/* Each with a line before and behind it that nobody may touch. */
static struct {
	u8 before[LINE];
	volatile struct kvm_steal_time time;
	u8 behind[LINE];
} areas[MAX_TEST_CPUS] __aligned(LINE);

static void turn_on(void *unused)
{
	wrmsr(MSR_KVM_STEAL_TIME, virt_to_phys(&areas[smp_id()].time) | KVM_MSR_ENABLED);
}

static void turn_off(void *unused)
{
	wrmsr(MSR_KVM_STEAL_TIME, 0);
}

static void begin(void)
{
	require_feature(KVM_FEATURE_STEAL_TIME);
	memset(areas, PATTERN, sizeof(areas[0]) * cpu_count());
	for (int cpu = 0; cpu < cpu_count(); cpu++)
		memset((void *)&areas[cpu].time, 0, sizeof(areas[cpu].time));
	on_cpus(turn_on, NULL);
}

/* Stolen time of a CPU, by the version's protocol; ~0 if the version stays odd. */
static u64 steal_of(int cpu)
{
	volatile struct kvm_steal_time *time = &areas[cpu].time;

	for (int tries = 0; tries < 100000; tries++) {
		u32 version = time->version;
		u64 steal;

		rmb();
		steal = time->steal;
		rmb();
		if (!(version & 1) && time->version == version)
			return steal;
		pause();
	}
	return ~0ull;
}

static void nothing(void *unused)
{
}

/* The host writes when it likes: that it has is seen by the version. */
static bool written(int cpu)
{
	u64 start = rdtsc();

	while (!areas[cpu].time.version && rdtsc() - start < WAIT_TICKS)
		on_cpus(nothing, NULL);
	return areas[cpu].time.version;
}

static void expect_reserved(int cpu)
{
	volatile struct kvm_steal_time *time = &areas[cpu].time;
	u8 pattern[LINE];
	u32 bits = time->flags;

	memset(pattern, PATTERN, LINE);
	expect_mem(areas[cpu].before, pattern, LINE);
	expect_mem(areas[cpu].behind, pattern, LINE);
	for (size_t i = 0; i < ARRAY_SIZE(time->pad); i++)
		bits |= time->pad[i];
	for (size_t i = 0; i < ARRAY_SIZE(time->u8_pad); i++)
		bits |= time->u8_pad[i];
	expect_eq_msg(bits, 0, "flags and padding of CPU %d", cpu);
}

CASE(enabled, "the MSR reads back, and the host writes its structure and nothing else")
{
	begin();
	expect_eq(rdmsr(MSR_KVM_STEAL_TIME), virt_to_phys(&areas[0].time) | KVM_MSR_ENABLED);
	for (int cpu = 0; cpu < cpu_count(); cpu++) {
		expect(written(cpu));
		expect_ne(steal_of(cpu), ~0ull);
		expect_reserved(cpu);
	}
	on_cpus(turn_off, NULL);
	expect_eq(rdmsr(MSR_KVM_STEAL_TIME), 0);
}

CASE(reserved, "bits 5 to 1 fault and change nothing: the address is 64-byte aligned")
{
	u64 base;

	require_feature(KVM_FEATURE_STEAL_TIME);
	base = virt_to_phys(&areas[0].time) | KVM_MSR_ENABLED;
	expect_eq(bits_that_fault(MSR_KVM_STEAL_TIME, 0, base, RESERVED), RESERVED);
	expect_eq(rdmsr(MSR_KVM_STEAL_TIME), 0);
	turn_on(NULL);
	expect_eq(wrmsr_safe(MSR_KVM_STEAL_TIME, base | RESERVED), GP_VECTOR);
	expect_eq(rdmsr(MSR_KVM_STEAL_TIME), base);
	turn_off(NULL);
}

CASE(off, "switched off, the structure is not written any more")
{
	u8 pattern[LINE];

	begin();
	on_cpus(turn_off, NULL);
	memset(areas, PATTERN, sizeof(areas[0]) * cpu_count());
	memset(pattern, PATTERN, LINE);
	delay(10 * IPI_DELAY);
	for (int cpu = 0; cpu < cpu_count(); cpu++)
		expect_mem((const void *)&areas[cpu].time, pattern, LINE);
}

/* ---- the CPU that reads its own: it runs, so the host does not write meanwhile ---- */

static struct own {
	u32 odd, preempted, backwards;
	u64 grown, ticks;
} owns[MAX_TEST_CPUS];

static void watch_own(void *unused)
{
	int cpu = smp_id();
	volatile struct kvm_steal_time *time = &areas[cpu].time;
	struct own *own = &owns[cpu];
	u64 start = rdtsc(), first = steal_of(cpu), last = first;

	*own = (struct own){ 0 };
	for (int i = 0; i < 20000; i++) {
		u64 steal = time->steal;

		own->odd += time->version & 1;
		own->preempted += !!time->preempted;
		own->backwards += steal < last;
		last = steal;
	}
	/* The counter last: time that is stolen between the two is then no growth that has not passed. */
	own->grown = last - first;
	own->ticks = rdtsc() - start;
}

CASE(own, "a CPU that runs sees an even version, no preemption, and a time that never shrinks")
{
	begin();
	on_cpus(watch_own, NULL);
	on_cpus(turn_off, NULL);
	for (int cpu = 0; cpu < cpu_count(); cpu++) {
		expect_eq_msg(owns[cpu].odd, 0, "odd versions of CPU %d", cpu);
		expect_eq_msg(owns[cpu].preempted, 0, "preempted, CPU %d", cpu);
		expect_eq_msg(owns[cpu].backwards, 0, "times backwards of CPU %d", cpu);
	}
}

CASE(no_more, "no more is stolen than has passed")
{
	u64 hz = tsc_frequency();

	begin();
	require_msg(hz, "the TSC's frequency is not known");
	on_cpus(watch_own, NULL);
	on_cpus(turn_off, NULL);
	for (int cpu = 0; cpu < cpu_count(); cpu++) {
		u64 passed = owns[cpu].ticks * 1000 / (hz / 1000000);

		/* Two clocks of the host, and the granularity of its scheduler. */
		expect_msg(owns[cpu].grown <= passed + passed / 50 + 5000000, "CPU %d: %" PRIu64 " of %" PRIu64 " ns", cpu,
			   owns[cpu].grown, passed);
	}
}

/* ---- starvation ---- */

#define STARVED_TICKS	1500000000ull

static u64 grown[MAX_TEST_CPUS];
static u32 arrived, seen_preempted;

static void be_busy(void *unused)
{
	int me = smp_id(), n = cpu_count();
	u64 first, start;

	__atomic_add_fetch(&arrived, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&arrived, __ATOMIC_ACQUIRE) < (u32)n)
		pause();
	first = steal_of(me);
	start = rdtsc();
	while (rdtsc() - start < STARVED_TICKS)
		for (int cpu = 0; cpu < n; cpu++)
			if (areas[cpu].time.preempted)
				__atomic_store_n(&seen_preempted, 1, __ATOMIC_RELAXED);
	grown[me] = steal_of(me) - first;
}

/* Runs more busy CPUs than the host has; returns by how many more. */
static int starve(void)
{
	const char *host = getenv("HOST_CPUS");
	int over = host ? cpu_count() - (int)strtol(host, NULL, 10) : 0;

	require_msg(host && over > 0, "the host cannot be asked to starve a CPU");
	begin();
	arrived = seen_preempted = 0;
	on_cpus(be_busy, NULL);
	on_cpus(turn_off, NULL);
	return over;
}

CASE(starved, "busy CPUs that share the host's are told what they did not get, at least half of it")
{
	int over = starve();
	u64 total = 0, hz = tsc_frequency();

	require_msg(hz, "the TSC's frequency is not known");
	for (int cpu = 0; cpu < cpu_count(); cpu++)
		total += grown[cpu];
	metric("stolen", total, "ns");
	expect_ge(total, STARVED_TICKS * 1000 / (hz / 1000000) * over / 2);
}

CASE(preempted, "of more busy CPUs than the host has, one that runs sees another's preempted flag")
{
	starve();
	expect(seen_preempted);
}
