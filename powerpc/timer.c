/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The time base and the decrementer (Power ISA 3.1B, Book III, sections 8.2 to 8.4 and 7.5.11):
 * the interrupt exists while the decrementer is negative, comes when MSR.EE lets it, never early,
 * and is gone when a positive value is written.
 */
#include "arch-hooks.h"
#include "case.h"
#include "on-cpus.h"
#include "patience.h"
#include "asm/hcall.h"
#include "asm/smp.h"
#include "asm/time.h"

static volatile unsigned int fired;
static volatile u64 fired_at;
static volatile s64 fired_dec;

static void on_decrementer(struct pt_regs *regs, void *data)
{
	fired_at = get_tb();
	fired_dec = dec_get();
	fired++;
	dec_stop();
}

static void listen(void)
{
	fired = 0;
	handle_exception(0x900, on_decrementer, NULL);
}

static bool wait_fired(void)
{
	struct patience patience = { 0 };

	while (!fired)
		if (patience_over(&patience, 10))
			return false;
	return true;
}

CASE(time_base, "grows, never falls, and is not ours to write")
{
	u64 before = get_tb(), now = before;

	expect_gt(tb_hz, 0);
	for (int i = 0; i < 100000; i++) {
		u64 next = get_tb();

		if (next < now && !expect_ge(next, now))
			break;
		now = next;
	}
	expect_gt(now, before);
	/* The upper half is the same register's. */
	expect_eq(mfspr(SPR_TBU), get_tb() >> 32);
}

CASE(counts_down, "the decrementer falls by what the time base grows")
{
	unsigned long irqs = arch_irq_save();
	u64 tb0, tb1, tb2, tb3;
	s64 dec0, dec1;

	tb0 = get_tb();
	dec_set(dec_max());
	dec0 = dec_get();
	tb1 = get_tb();
	delay(tb_hz / 1000);
	tb2 = get_tb();
	dec1 = dec_get();
	tb3 = get_tb();
	arch_irq_restore(irqs);
	expect_le(dec_max() - (u64)dec0, tb1 - tb0);
	expect_ge((u64)(dec0 - dec1), tb2 - tb1);
	expect_le((u64)(dec0 - dec1), tb3 - tb0);
}

CASE(width, "the decrementer has the bits that the device tree names, and a sign")
{
	unsigned long irqs = arch_irq_save(), negative, positive;

	dec_set(dec_max() + 1);
	negative = mfspr(SPR_DEC);
	dec_set(dec_max());
	positive = mfspr(SPR_DEC);
	dec_stop();
	arch_irq_restore(irqs);
	metric("decrementer", dec_bits, "bits");
	expect_eq(positive >> (dec_bits - 1), 0);
	expect_lt(dec_max() - positive, tb_hz);
	/*
	 * Just below the smallest number it has gone round to the largest; at once it is the
	 * smallest.
	 */
	if (dec_bits > 32)
		expect_eq((negative >> (dec_bits - 1) == 0) ||
				  negative >> (dec_bits - 1) == ~0ul >> (dec_bits - 1),
			  true);
}

CASE(arrives, "an interrupt comes when the decrementer has become negative, not before")
{
	static const u64 usecs[] = { 0, 1, 100, 5000 };

	listen();
	for (size_t i = 0; i < ARRAY_SIZE(usecs); i++) {
		u64 ticks = usec_to_tb(usecs[i]), start;

		fired = 0;
		start = get_tb();
		dec_set(ticks);
		insist(wait_fired());
		expect_gt(fired_at - start, ticks);
		expect_eq((u64)fired_dec >> 63, 1);
		metric("late", (fired_at - start - ticks) * 1000000 / tb_hz, "us");
	}
	expect_eq(fired, 1);
}

CASE(masked, "while MSR.EE is off it waits; then it comes once")
{
	listen();
	local_irq_disable();
	dec_set(0);
	udelay(1000);
	expect_eq(fired, 0);
	expect_eq((u64)dec_get() >> 63, 1);
	local_irq_enable();
	insist(wait_fired());
	udelay(1000);
	expect_eq(fired, 1);
}

CASE(withdrawn, "a positive value takes a waiting interrupt back, a negative one brings it at once")
{
	listen();
	local_irq_disable();
	dec_set(0);
	udelay(100);
	dec_set(dec_max());
	local_irq_enable();
	udelay(1000);
	expect_eq(fired, 0);
	dec_set(-1ul);
	insist(wait_fired());
	expect_eq(fired, 1);
}

CASE(cede, "H_CEDE sleeps until the decrementer's interrupt, returns H_SUCCESS and has MSR.EE on")
{
	u64 ticks = usec_to_tb(20000), start;
	unsigned long msr;
	long ret;

	require(machine_is_pseries());
	listen();
	local_irq_disable();
	start = get_tb();
	dec_set(ticks);
	ret = hcall(H_CEDE);
	msr = mfmsr();
	expect_eq(ret, H_SUCCESS);
	expect_eq(msr & MSR_EE, MSR_EE);
	insist(wait_fired());
	expect_gt(fired_at - start, ticks);
	expect_eq(fired, 1);
}

static unsigned int fired_on[NR_CPUS];

static void count_here(struct pt_regs *regs, void *data)
{
	fired_on[arch_cpu_id()]++;
	dec_stop();
}

static void fire_here(void *data)
{
	struct patience patience = { 0 };
	u32 cpu = (u32)arch_cpu_id();

	dec_set(usec_to_tb(1000));
	local_irq_enable();
	while (!READ_ONCE(fired_on[cpu]) && !patience_over(&patience, 10))
		cpu_relax();
	local_irq_disable();
}

CASE(every_cpu, "each CPU's decrementer interrupts it and no other")
{
	require(arch_cpu_count() > 1);
	handle_exception(0x900, count_here, NULL);
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++) {
		memset(fired_on, 0, sizeof(fired_on));
		on_cpu(cpu, fire_here, NULL);
		for (int other = 0; other < arch_cpu_count(); other++)
			expect_eq_msg(fired_on[other], other == cpu, "CPU %d fires, CPU %d", cpu,
				      other);
		local_irq_enable();
	}
}

static u64 tb_there;

static void read_tb(void *data)
{
	tb_there = get_tb();
}

CASE(synchronous, "the time bases of all CPUs are one")
{
	require(arch_cpu_count() > 1);
	for (int round = 0; round < 100; round++) {
		for (int cpu = 1; cpu < arch_cpu_count(); cpu++) {
			u64 before = get_tb();

			on_cpu(cpu, read_tb, NULL);
			expect_ge(tb_there, before);
			expect_le(tb_there, get_tb());
		}
	}
}
