/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Periodic timers (IA-PC HPET specification 1.0a, 2.3.8 Tn_VAL_SET_CNF, 2.3.9.2.2): at each match
 * the comparator grows by what was last written to it. In 32-bit mode, where a write is one access.
 * Interrupts may get lost on a busy host, so none is too early, and the comparator is what the sum
 * of the periods makes it.
 */
#include "irq.h"

#define IRQS	5
#define TRIES	12

static bool periodic(unsigned int timer)
{
	return hpet_read(TIMER_CONFIG(timer)) & CAN_PERIODIC;
}

/* From begin on: the first match, and one every period behind it; in ticks. */
struct run {
	unsigned int timer;
	u32 bits, first, period;
	/* Periods from begin to the wrap of the lower half; 0: begins with 0. */
	u32 before_wrap;
	u64 begin;
};

static void set_periodic(const struct run *run)
{
	u32 bits = run->bits | INTERRUPTS | PERIODIC | SET_VALUE;

	if (hpet_read(TIMER_CONFIG(run->timer)) & CAN_64BIT)
		bits |= MODE_32BIT;
	irq_set(run->timer, bits, (u32)run->begin + run->first);
	hpet_write(TIMER_COMPARATOR(run->timer), run->period);
}

/* A host that was away for longer than the first match: again, with everything farther apart. */
static void start(struct run *run)
{
	irq_listen(run->timer, run->bits & LEVEL ? TRIGGER_LEVEL : TRIGGER_EDGE);
	for (int i = 0; i < TRIES; i++, run->first *= 2, run->period *= 2) {
		run->begin = run->before_wrap ? 0x100000000ull - run->before_wrap * run->period : 0;
		hpet_set_counter(run->begin);
		irq_drain();
		irq_count = 0;
		set_periodic(run);
		irq_go();
		if (hpet_counter() - run->begin < run->first)
			return;
	}
	require_msg(false, "the host is too slow");
}

/* The first interrupts: no earlier than they should; the comparator is ahead, by whole periods. */
static void expect_periods(const struct run *run)
{
	u32 begin = run->begin;

	expect_msg(irq_wait(IRQS), "timer %u", run->timer);
	for (u32 i = 0; i < IRQS; i++) {
		u32 ahead = irqs[i].comparator - begin - run->first;

		expect_ge(irqs[i].counter - run->begin, run->first + i * run->period);
		expect_eq_msg(ahead % run->period, 0,
			      "timer %u, interrupt %u", run->timer, (unsigned int)i);
		expect_ge(ahead, (i + 1) * run->period);
	}
}

CASE(periodic, "each timer that can be periodic interrupts every period, never before its time")
{
	bool any = false;

	irq_prepare(1);
	for (unsigned int i = 0; i < irq_timers; i++) {
		u32 period = hpet_ticks(1000);
		struct run run = { .timer = i, .first = period, .period = period };

		if (!periodic(i))
			continue;
		any = true;
		start(&run);
		expect_periods(&run);
		irq_off(i);
		irq_drain();
	}
	require_msg(any, "no timer can be periodic");
}

CASE(first_differs,
     "the accumulator is set apart from the period: the first match is there, the next a "
     "period later")
{
	struct run run = { .first = hpet_ticks(3000), .period = hpet_ticks(700) };

	irq_prepare(1);
	require(periodic(0));
	set_periodic(&run);
	/* Until the first match it is what was set. */
	expect_eq(hpet_read(TIMER_COMPARATOR(0)), run.first);
	start(&run);
	expect_periods(&run);
}

CASE(accumulator_wraps, "the comparator wraps through 0, and the matches go on behind it")
{
	u32 period = hpet_ticks(1000);
	struct run run = { .first = period + 100, .period = period, .before_wrap = 2 };

	irq_prepare(1);
	require(periodic(0) && (hpet_read(TIMER_CONFIG(0)) & CAN_64BIT));
	start(&run);
	expect_periods(&run);
	expect_lt(irqs[IRQS - 1].comparator, (u32)run.begin);
}

CASE(new_period, "a period written while it runs counts from the next match on")
{
	struct run run = { .first = hpet_ticks(10000), .period = hpet_ticks(10000) };
	u32 period = hpet_ticks(900);

	irq_prepare(1);
	require(periodic(0));
	for (int i = 0; i < TRIES; i++, run.first *= 2) {
		start(&run);
		hpet_write(TIMER_COMPARATOR(0), period);
		if (hpet_counter() < run.first)
			break;
	}
	run.period = period;
	expect_periods(&run);
}

CASE(periodic_level, "periodic and level-triggered: each match sets the status and interrupts")
{
	struct run run = { .bits = LEVEL, .first = hpet_ticks(1000), .period = hpet_ticks(1000) };

	irq_prepare(1);
	require(periodic(0) && !irq_legacy);
	start(&run);
	expect_periods(&run);
	for (u32 i = 0; i < IRQS; i++)
		expect_eq(irqs[i].status, 1);
}

/* After two periods one thing is taken away; then none comes until the sentinel. */
static void stop_periodic(void (*stop)(void))
{
	struct run run = { .first = hpet_ticks(500), .period = hpet_ticks(500) };
	u32 n;

	irq_prepare(2);
	require(periodic(0));
	start(&run);
	expect(irq_wait(2));
	stop();
	hpet_halt();
	n = irq_drain();
	sentinel_set(1, hpet_counter() + 4 * run.period);
	irq_go();
	expect_eq(sentinel_pass(1), n);
}

static void disable(void)
{
	hpet_write(TIMER_CONFIG(0), hpet_read(TIMER_CONFIG(0)) & ~INTERRUPTS);
}

CASE(periodic_disabled, "no more interrupts when they are disabled")
{
	stop_periodic(disable);
}

/* One-shot, the comparator half a turn away. */
static void one_shot(void)
{
	hpet_halt();
	hpet_write(TIMER_CONFIG(0), hpet_read(TIMER_CONFIG(0)) & ~PERIODIC);
	hpet_write(TIMER_COMPARATOR(0), 0x7fffffff);
}

CASE(periodic_one_shot, "no more when it becomes one-shot, until its comparator is met")
{
	stop_periodic(one_shot);
}

CASE(periodic_halted, "none while the counter is halted; when it runs again they go on")
{
	struct run run = { .first = hpet_ticks(5000), .period = hpet_ticks(5000) };

	irq_prepare(1);
	require(periodic(0));
	for (int i = 0; i < TRIES; i++) {
		u32 n, next;

		start(&run);
		expect(irq_wait(2));
		hpet_halt();
		n = irq_drain();
		next = hpet_read(TIMER_COMPARATOR(0));
		pit_pass();
		expect_eq(irq_drain(), n);
		irq_go();
		/* If the host was away around the halt or the start, once more. */
		if (hpet_counter() < next) {
			expect(irq_wait(n + 2));
			return;
		}
	}
	require_msg(false, "the host is too slow");
}

#ifdef __x86_64__
CASE(periodic_64bit, "a periodic timer of 64 bits, across a carry into the upper half")
{
	u32 period = hpet_ticks(1000);
	struct run run = { .first = period + 100, .period = period };

	irq_prepare(1);
	require(periodic(0) && (hpet_read(TIMER_CONFIG(0)) & CAN_64BIT));
	run.begin = 0x300000000ull - 2 * period;
	hpet_set_counter(run.begin);
	irq_set(0, INTERRUPTS | PERIODIC | SET_VALUE | MODE_32BIT, 0);
	hpet_write(TIMER_CONFIG(0), (hpet_read(TIMER_CONFIG(0)) & ~MODE_32BIT) | SET_VALUE);
	writeq(run.begin + run.first, hpet_base + TIMER_COMPARATOR(0));
	writeq((u64)period, hpet_base + TIMER_COMPARATOR(0));
	insist_eq(hpet_read_pair(TIMER_COMPARATOR(0)), run.begin + run.first);
	irq_listen(0, TRIGGER_EDGE);
	irq_go();
	expect_periods(&run);
	expect_gt(hpet_read_pair(TIMER_COMPARATOR(0)), 0x300000000ull);
}
#endif
