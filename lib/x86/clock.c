/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The frequency of the time stamp counter and the clock made of it. Said by CPUID (SDM volume 3, section 20.7.3; leaf
 * 0x40000010: VMware's, also QEMU's), by KVM's clock (Linux, Documentation/virt/kvm/x86/msr.rst), or measured against the
 * 8254 (data sheet 231164).
 */
#include "arch-hooks.h"
#include "x86/delay.h"
#include "x86/kvmclock.h"
#include "x86/processor.h"
#include "asm/io.h"
#include "asm/spinlock.h"

#define NS_PER_S	1000000000ull

#define HYPERVISOR_LEAF		0x40000000
#define TIMING_LEAF		0x40000010

#define PIT_HZ			1193182
#define PIT_CHANNEL2		0x42
#define PIT_CONTROL		0x43
#define PIT_RATE_CHANNEL2	0xb4		/* low byte, high byte; mode 2 */
#define PIT_LATCH_CHANNEL2	0x80
#define PORT_GATE		0x61
#define GATE_OPEN		1
#define GATE_MASK		3		/* and the speaker */
#define PIT_SPAN		300		/* counts, a quarter of a millisecond */
#define PIT_TRIES		100000
#define MEASUREMENTS		6
#define AGREEMENT		64		/* two measurements may differ by this part */

/* Leaf 0x15 says the crystal and its ratio, leaf 0x16 the base frequency, which is the counter's but for rounding. */
static u64 hz_by_cpuid(void)
{
	struct cpuid c = cpuid(0x15);

	if (c.a && c.b && c.c)
		return (u64)c.c * c.b / c.a;
	return (u64)(cpuid(0x16).a & 0xffff) * 1000000;
}

static u64 hz_by_hypervisor(void)
{
	if (!this_cpu_has(X86_FEATURE_HYPERVISOR) || raw_cpuid(HYPERVISOR_LEAF, 0).a < TIMING_LEAF)
		return 0;
	return (u64)raw_cpuid(TIMING_LEAF, 0).a * 1000;
}

static u64 hz_by_kvm_clock(void)
{
	static volatile struct pvclock_vcpu_time_info time __aligned(64);
	struct pvclock_vcpu_time_info copy = { 0 };
	u64 before;

	if (!this_cpu_has_kvm() || !this_cpu_has(KVM_FEATURE_CLOCKSOURCE2))
		return 0;
	if (rdmsr_safe(MSR_KVM_SYSTEM_TIME_NEW, &before) ||
	    wrmsr_safe(MSR_KVM_SYSTEM_TIME_NEW, virt_to_phys(&time) | KVM_CLOCK_ENABLE))
		return 0;
	/* Filled at the next entry, the latest. */
	for (int tries = 0; tries < PIT_TRIES && !time.version; tries++)
		cpu_relax();
	pvclock_snapshot(&time, &copy);
	wrmsr(MSR_KVM_SYSTEM_TIME_NEW, before);
	return pvclock_tsc_hz(&copy);
}

struct sample {
	u64 tsc, width;
	u16 count;
};

/* The counter stands still in the latch; the TSC is taken in the middle of latching it, give or take half the width. */
static struct sample pit_latch(void)
{
	u64 before = rdtsc();
	struct sample s;

	outb(PIT_LATCH_CHANNEL2, PIT_CONTROL);
	s.width = rdtsc() - before;
	s.tsc = before + s.width / 2;
	s.count = inb(PIT_CHANNEL2);
	s.count |= inb(PIT_CHANNEL2) << 8;
	return s;
}

/* The best of some: a vCPU may lose its CPU for milliseconds at any place. */
static struct sample pit_sample(void)
{
	struct sample best = pit_latch();

	for (int i = 0; i < 3; i++) {
		struct sample s = pit_latch();

		if (s.width < best.width)
			best = s;
	}
	return best;
}

static u64 measure_once(void)
{
	struct sample first = pit_sample(), last = first;
	u16 span = 0;

	for (int tries = 0; tries < PIT_TRIES && span < PIT_SPAN; tries++) {
		span = first.count - pit_latch().count;
		/* No 8254: the port floats, or says the same for ever. */
		if (tries == 1000 && !span)
			return 0;
	}
	last = pit_sample();
	span = first.count - last.count;
	return span ? (last.tsc - first.tsc) * PIT_HZ / span : 0;
}

/* Measures until two agree; the middle of those. */
static u64 hz_by_pit(void)
{
	u8 gate = inb(PORT_GATE);
	u64 hz[MEASUREMENTS], result = 0;

	outb((gate & ~GATE_MASK) | GATE_OPEN, PORT_GATE);
	outb(PIT_RATE_CHANNEL2, PIT_CONTROL);
	outb(0xff, PIT_CHANNEL2);
	outb(0xff, PIT_CHANNEL2);
	for (int i = 0; i < MEASUREMENTS && !result; i++) {
		hz[i] = measure_once();
		if (!hz[i])
			break;
		for (int j = 0; j < i && !result; j++)
			if (MAX(hz[i], hz[j]) - MIN(hz[i], hz[j]) < hz[i] / AGREEMENT)
				result = (hz[i] + hz[j]) / 2;
	}
	outb(gate, PORT_GATE);
	return result;
}

u64 tsc_frequency(void)
{
	static u64 (*const sources[])(void) = { hz_by_cpuid, hz_by_hypervisor, hz_by_kvm_clock, hz_by_pit };
	static struct spinlock lock;
	static bool known;
	static u64 hz;
	unsigned long state;

	if (__atomic_load_n(&known, __ATOMIC_ACQUIRE) || !this_cpu_has(X86_FEATURE_TSC))
		return hz;
	state = arch_irq_save();
	spin_lock(&lock);
	for (size_t i = 0; !known && !hz && i < ARRAY_SIZE(sources); i++)
		hz = sources[i]();
	__atomic_store_n(&known, true, __ATOMIC_RELEASE);
	spin_unlock(&lock);
	arch_irq_restore(state);
	return hz;
}

/* Nanoseconds of a tick in 32 bits: exact to a millionth, good from 1 MHz on. */
#define SCALE_SHIFT	22

/* Since the counter was 0, thus since reset. */
uint64_t arch_time_ns(void)
{
	static u32 ns_per_tick;
	u32 scale = __atomic_load_n(&ns_per_tick, __ATOMIC_RELAXED);
	u64 hz, tsc;

	if (!scale) {
		hz = tsc_frequency();
		if (hz < 1000000)
			return 0;
		scale = (NS_PER_S << SCALE_SHIFT) / hz;
		__atomic_store_n(&ns_per_tick, scale, __ATOMIC_RELAXED);
	}
	tsc = rdtsc();
	return ((tsc >> 32) * scale << (32 - SCALE_SHIFT)) + ((tsc & UINT32_MAX) * scale >> SCALE_SHIFT);
}
