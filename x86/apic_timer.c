/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The timer of the local APIC (SDM volume 3, section 11.5.4): one-shot, periodic, all dividers, masking, and TSC
 * deadlines (11.5.4.1). Rates are compared with each other by the TSC, never with a fixed one, and so coarsely that only a
 * wrong divider fails: a vCPU may lose its CPU at any time.
 */
#include "apic_test.h"
#include "x86/delay.h"

#define VECTOR		0x61
#define SHORT		100000u		/* counts */
#define PERIOD		2000000u	/* KVM makes short periods longer: its parameter min_timer_period_us */
#define LONG		0xf0000000u

static void start(u32 mode, u32 count)
{
	expect_interrupts(VECTOR, note_and_eoi);
	apic_write(APIC_TDCR, APIC_TDR_DIV_1);
	apic_write(APIC_LVTT, mode | VECTOR);
	apic_write(APIC_TMICT, count);
}

static void stop(void)
{
	apic_write(APIC_LVTT, APIC_LVT_MASKED);
	apic_write(APIC_TMICT, 0);
}

IN_BOTH_MODES(oneshot, "one-shot: counts down, interrupts once, stays at 0")
{
	u32 before, after;

	start(APIC_LVT_TIMER_ONESHOT, LONG);
	before = apic_read(APIC_TMCCT);
	after = apic_read(APIC_TMCCT);
	expect_le(before, LONG);
	expect_gt(before, 0);
	expect_lt(after, before);
	expect_eq(apic_read(APIC_TMICT), LONG);
	apic_write(APIC_TMICT, SHORT);
	expect(wait_interrupts(1));
	expect_eq(apic_read(APIC_TMCCT), 0);
	expect_eq(apic_read(APIC_TMICT), SHORT);
	delay(SHORT * 20);
	expect_eq(drain(), 1);
	expect_eq(events[0], VECTOR);
	stop();
}

IN_BOTH_MODES(never_early, "one-shot: the interrupt is not there before the count is 0")
{
	for (int i = 0; i < 20; i++) {
		bool pending, counting;

		start(APIC_LVT_TIMER_ONESHOT, SHORT);
		do {
			pending = apic_read_bit(APIC_IRR, VECTOR);
			counting = apic_read(APIC_TMCCT) != 0;
		} while (!pending && counting);
		expect(!(pending && counting));
		expect(wait_interrupts(1));
	}
	stop();
}

IN_BOTH_MODES(periodic, "periodic: interrupts again and again, and reloads the count")
{
	u64 begin;
	u32 last, now, reloads = 0;

	start(APIC_LVT_TIMER_PERIODIC, PERIOD);
	expect(wait_interrupts(5));
	expect_eq(apic_read(APIC_TMICT), PERIOD);
	begin = rdtsc();
	last = apic_read(APIC_TMCCT);
	while (reloads < 5 && rdtsc() - begin < WAIT_TICKS) {
		now = apic_read(APIC_TMCCT);
		if (!expect_le(now, PERIOD))
			break;
		reloads += now > last;
		last = now;
	}
	expect_eq(reloads, 5);
	apic_write(APIC_TMICT, 0);
	drain();
	event_count = 0;
	delay(PERIOD * 20);
	expect_eq_msg(drain(), 0, "interrupts after the initial count is 0");
	expect_eq(apic_read(APIC_TMCCT), 0);
	stop();
}

IN_BOTH_MODES(masked, "masked: counts down without an interrupt")
{
	start(APIC_LVT_TIMER_ONESHOT | APIC_LVT_MASKED, SHORT);
	delay(SHORT * 20);
	expect_eq(apic_read(APIC_TMCCT), 0);
	expect_eq(drain(), 0);
	expect_bits(APIC_IRR, -1, "IRR");
	stop();
}

IN_BOTH_MODES(restart, "a write to the initial count starts anew, one of 0 stops")
{
	start(APIC_LVT_TIMER_ONESHOT, LONG);
	delay(1000000);
	expect_lt(apic_read(APIC_TMCCT), LONG);
	apic_write(APIC_TMICT, LONG - 5);
	expect_le(apic_read(APIC_TMCCT), LONG - 5);
	apic_write(APIC_TMICT, PERIOD * 10);
	apic_write(APIC_TMICT, 0);
	expect_eq(apic_read(APIC_TMCCT), 0);
	/* Too late to stop it, if the vCPU lost its CPU between the two. */
	drain();
	event_count = 0;
	delay(PERIOD * 30);
	expect_eq(drain(), 0);
	stop();
}

IN_BOTH_MODES(vector, "the interrupt has the vector that the LVT has when it comes")
{
	/* If the vCPU lost its CPU before the change, the old vector came already: try again. */
	for (int i = 0; i < 10; i++) {
		start(APIC_LVT_TIMER_ONESHOT, PERIOD * 10);
		handle_irq(VECTOR + 16, note_and_eoi);
		apic_write(APIC_LVTT, VECTOR + 16);
		if (apic_read(APIC_TMCCT))
			break;
		drain();
	}
	expect(wait_interrupts(1));
	expect_eq(events[0], VECTOR + 16);
	expect_eq(drain(), 1);
	stop();
}

/* The timer's count and the time: tsc, give or take half of width. */
struct sample {
	u64 tsc, width;
	u32 count;
};

static struct sample sample(void)
{
	u64 before = rdtsc();
	struct sample s = { .count = apic_read(APIC_TMCCT) };

	s.width = rdtsc() - before;
	s.tsc = before + s.width / 2;
	return s;
}

/* Counts of the timer during some TSC ticks; *ticks: how many those were. The sharpest of some tries. */
static u32 measure(u32 tdcr, u64 *ticks)
{
	u64 sharpest = ~0ull;
	u32 counts = 0;

	apic_write(APIC_LVTT, APIC_LVT_MASKED | VECTOR);
	apic_write(APIC_TDCR, tdcr);
	for (int i = 0; i < 8; i++) {
		struct sample first, last;

		apic_write(APIC_TMICT, 0xffffffff);
		first = sample();
		delay(4000000);
		last = sample();
		if (first.width + last.width < sharpest) {
			sharpest = first.width + last.width;
			*ticks = last.tsc - first.tsc;
			counts = first.count - last.count;
		}
	}
	return counts;
}

IN_BOTH_MODES(dividers, "each divide configuration counts at its part of the rate (figure 11-10)")
{
	static const struct { u32 tdcr, divider; } table[] = {
		{ APIC_TDR_DIV_1, 1 }, { APIC_TDR_DIV_2, 2 }, { APIC_TDR_DIV_4, 4 }, { APIC_TDR_DIV_8, 8 },
		{ APIC_TDR_DIV_16, 16 }, { APIC_TDR_DIV_32, 32 }, { APIC_TDR_DIV_64, 64 }, { APIC_TDR_DIV_128, 128 },
	};
	u64 ticks = 0, per_count = 0;

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		u32 counts = measure(table[i].tdcr, &ticks);
		u64 scaled;

		expect_eq(apic_read(APIC_TDCR), table[i].tdcr);
		insist(counts);
		/* TSC ticks for 1024 input clocks. */
		scaled = ticks * 1024 / ((u64)counts * table[i].divider);
		if (!i)
			per_count = scaled;
		expect_msg(scaled * 3 > per_count * 2 && scaled * 2 < per_count * 3,
			   "divide by %" PRIu32 ": %" PRIu64 " TSC ticks for 1024 clocks, with divide by 1 %" PRIu64,
			   table[i].divider, scaled, per_count);
	}
	stop();
}

/* ---- TSC deadlines: 11.5.4.1 ---- */

#define NEEDS_DEADLINE	require_msg(this_cpu_has(X86_FEATURE_TSC_DEADLINE_TIMER), "the CPU has no TSC deadline timer")

static u64 fired_at;

static void note_time(isr_regs_t *regs)
{
	fired_at = rdtsc();
	note_and_eoi(regs);
}

static void deadline_mode(void)
{
	expect_interrupts(VECTOR, note_time);
	apic_write(APIC_LVTT, APIC_LVT_TIMER_TSCDEADLINE | VECTOR);
	wrmsr_tscdeadline_serialize(0);
}

IN_BOTH_MODES(deadline, "TSC deadline: interrupts once, not before it, and then the MSR is 0")
{
	NEEDS_DEADLINE;
	deadline_mode();
	for (int i = 0; i < 10; i++) {
		u64 deadline = rdtsc() + 2000000;

		event_count = 0;
		wrmsr(MSR_IA32_TSCDEADLINE, deadline);
		insist(wait_interrupts(1));
		expect_ge(fired_at, deadline);
		expect_eq(rdmsr(MSR_IA32_TSCDEADLINE), 0);
		expect_eq(drain(), 1);
	}
	stop();
}

IN_BOTH_MODES(deadline_reads, "TSC deadline: an armed deadline reads back, the counts read 0")
{
	NEEDS_DEADLINE;
	deadline_mode();
	wrmsr(MSR_IA32_TSCDEADLINE, ~0ull);
	expect_eq(rdmsr(MSR_IA32_TSCDEADLINE), ~0ull);
	expect_eq(apic_read(APIC_TMCCT), 0);
	/* Writes to the initial count are ignored in this mode. */
	apic_write(APIC_TMICT, SHORT);
	expect_eq(apic_read(APIC_TMCCT), 0);
	delay(SHORT * 20);
	expect_eq(drain(), 0);
	wrmsr(MSR_IA32_TSCDEADLINE, 0);
	stop();
}

IN_BOTH_MODES(deadline_past, "TSC deadline: one in the past interrupts at once, 0 disarms")
{
	NEEDS_DEADLINE;
	deadline_mode();
	wrmsr(MSR_IA32_TSCDEADLINE, 1);
	expect(wait_interrupts(1));
	expect_eq(rdmsr(MSR_IA32_TSCDEADLINE), 0);
	wrmsr(MSR_IA32_TSCDEADLINE, rdtsc() + 10000000);
	wrmsr(MSR_IA32_TSCDEADLINE, 0);
	/* What came before it was disarmed, if the vCPU lost its CPU between the two. */
	drain();
	event_count = 0;
	delay(20000000);
	expect_eq(drain(), 0);
	stop();
}

IN_BOTH_MODES(deadline_other_mode, "in the other modes IA32_TSC_DEADLINE reads 0 and takes nothing")
{
	NEEDS_DEADLINE;
	start(APIC_LVT_TIMER_ONESHOT, 0);
	wrmsr(MSR_IA32_TSCDEADLINE, rdtsc() + 100000);
	expect_eq(rdmsr(MSR_IA32_TSCDEADLINE), 0);
	delay(2000000);
	expect_eq(drain(), 0);
	stop();
}

IN_BOTH_MODES(deadline_left, "a change of the timer's mode disarms it")
{
	NEEDS_DEADLINE;
	deadline_mode();
	wrmsr(MSR_IA32_TSCDEADLINE, rdtsc() + 10000000);
	apic_write(APIC_LVTT, APIC_LVT_TIMER_ONESHOT | VECTOR);
	apic_write(APIC_LVTT, APIC_LVT_TIMER_TSCDEADLINE | VECTOR);
	expect_eq(rdmsr(MSR_IA32_TSCDEADLINE), 0);
	drain();
	event_count = 0;
	delay(20000000);
	expect_eq(drain(), 0);
	apic_write(APIC_LVTT, APIC_LVT_TIMER_ONESHOT | VECTOR);
	apic_write(APIC_TMICT, LONG);
	apic_write(APIC_LVTT, APIC_LVT_TIMER_TSCDEADLINE | VECTOR);
	expect_eq_msg(apic_read(APIC_TMCCT), 0, "count of a one-shot that was left");
	stop();
}
