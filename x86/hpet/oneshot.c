/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One-shot timers by edge (IA-PC HPET specification 1.0a, 2.3.9.2.1): an interrupt when the main
 * counter equals the comparator, and at no other time. Each handler reads the counter: it must not
 * be below the comparator.
 */
#include "irq.h"

#define LOAD_TRIES	10

/* What makes timer 0 one of 32 bits: nothing, where it is. */
static u32 config_32bit(void)
{
	return hpet_read(TIMER_CONFIG(0)) & CAN_64BIT ? MODE_32BIT : 0;
}

/*
 * Waits for the interrupt of a match in 32-bit mode, behind the wrap: 2.3.9.2.1 can be read so that
 * the wrap makes an interrupt of its own, too. Before the wrap there must be none.
 */
static void expect_match(u64 wrap, u64 at)
{
	u32 n = 0;

	do {
		insist(irq_wait(++n));
		insist(irqs[n - 1].counter >= wrap);
	} while (irqs[n - 1].counter < at && n < 2);
	expect_ge(irqs[n - 1].counter, at);
}

CASE(edge, "each timer interrupts once, on its line, and not before its time")
{
	irq_prepare(2);
	for (unsigned int i = 0; i < irq_timers; i++) {
		unsigned int other = i ? 0 : 1;
		u32 at = hpet_ticks(300);

		hpet_set_counter(0);
		irq_count = 0;
		irq_set(i, INTERRUPTS, at);
		sentinel_set(other, hpet_ticks(600));
		irq_listen(i, TRIGGER_EDGE);
		irq_go();
		expect_msg(irq_wait(1), "timer %u", i);
		expect_eq(sentinel_pass(other), 1);
		expect_eq(irqs[0].vector, IRQ_VECTOR(i));
		expect_ge(irqs[0].counter, at);
		expect_eq_msg(hpet_read_pair(TIMER_COMPARATOR(i)), at,
			      "timer %u: the comparator stays", i);
		irq_off(i);
		irq_off(other);
	}
}

CASE(distances,
     "from one tick to some milliseconds, each match interrupts once, not before its time")
{
	irq_prepare(2);
	irq_listen(0, TRIGGER_EDGE);
	for (u32 at = 1; at < hpet_ticks(5000); at = at * 3 + 1) {
		hpet_set_counter(0);
		irq_count = 0;
		irq_set(0, INTERRUPTS, at);
		sentinel_set(1, at + hpet_ticks(100));
		irq_go();
		expect_eq_msg(sentinel_pass(1), 1, "comparator %u", (unsigned int)at);
		expect_ge(irqs[0].counter, at);
	}
}

CASE(far_comparator, "a comparator that is far away does not interrupt early")
{
	irq_prepare(2);
	irq_listen(0, TRIGGER_EDGE);
	for (int bit = 34; bit < 56; bit += 7) {
		hpet_set_counter(0);
		irq_set(0, INTERRUPTS, 1ull << bit);
		sentinel_set(1, hpet_ticks(200));
		irq_go();
		expect_eq_msg(sentinel_pass(1), 0, "comparator 1 << %d", bit);
	}
}

CASE(farthest_comparator, "nor does one that is years away")
{
	irq_prepare(2);
	irq_listen(0, TRIGGER_EDGE);
	require(hpet_read(TIMER_CONFIG(0)) & CAN_64BIT);
	irq_set(0, INTERRUPTS, 1ull << 62);
	sentinel_set(1, hpet_ticks(200));
	irq_go();
	expect_eq(sentinel_pass(1), 0);
}

CASE(far_32bit, "nor does one that is nearly a whole turn of the lower half away, in 32-bit mode")
{
	irq_prepare(2);
	irq_listen(0, TRIGGER_EDGE);
	irq_set(0, INTERRUPTS | config_32bit(), 0xfffffff0u);
	sentinel_set(1, hpet_ticks(200));
	irq_go();
	expect_eq(sentinel_pass(1), 0);
}

CASE(carry_match, "64 bits are compared: a match behind a carry into the upper half")
{
	u64 at = 0x500000000ull + hpet_ticks(200);

	require(hpet_read(TIMER_CONFIG(0)) & CAN_64BIT);
	irq_prepare(1);
	irq_listen(0, TRIGGER_EDGE);
	hpet_set_counter(0x500000000ull - hpet_ticks(200));
	irq_set(0, INTERRUPTS, at);
	irq_go();
	expect(irq_wait(1));
	expect_ge(irqs[0].counter, at);
}

CASE(past, "a comparator that lies behind the counter does not match")
{
	irq_prepare(2);
	require(hpet_read(TIMER_CONFIG(0)) & CAN_64BIT);
	irq_listen(0, TRIGGER_EDGE);
	hpet_set_counter(hpet_ticks(1000));
	irq_set(0, INTERRUPTS, hpet_ticks(500));
	sentinel_set(1, hpet_ticks(1500));
	irq_go();
	expect_eq(sentinel_pass(1), 0);
}

/*
 * A match at begin and that many microseconds in 32-bit mode. A host that was away for longer than
 * that: again, with more.
 */
static u64 start_32bit(u64 begin, u32 us)
{
	for (int i = 0; i < LOAD_TRIES; i++, us *= 2) {
		hpet_set_counter(begin);
		irq_drain();
		irq_count = 0;
		irq_set(0, INTERRUPTS | MODE_32BIT, (u32)begin + hpet_ticks(us));
		irq_go();
		if (hpet_counter() < begin + hpet_ticks(us))
			return begin + hpet_ticks(us);
	}
	require_msg(false, "the host is too slow");
	return 0;
}

CASE(past_32bit, "in 32-bit mode it matches when the counter's lower half has wrapped, not before")
{
	u64 begin = 0x100000000ull - hpet_ticks(2000);

	irq_prepare(1);
	require(hpet_read(TIMER_CONFIG(0)) & CAN_64BIT);
	irq_listen(0, TRIGGER_EDGE);
	expect_match(0x100000000ull, start_32bit(begin, 2200));
}

CASE(upper_ignored, "in 32-bit mode the counter's upper half plays no part")
{
	u64 at;

	irq_prepare(1);
	require(hpet_read(TIMER_CONFIG(0)) & CAN_64BIT);
	irq_listen(0, TRIGGER_EDGE);
	at = start_32bit(0x700000000ull, 1000);
	expect(irq_wait(1));
	expect_ge(irqs[0].counter, at);
	expect_eq(irq_drain(), 1);
}

CASE(every_match, "without a new comparator each further match interrupts, not before its time")
{
	irq_prepare(1);
	irq_listen(0, TRIGGER_EDGE);
	irq_set(0, INTERRUPTS, hpet_ticks(300));
	for (u32 n = 1; n <= 3; n++) {
		hpet_set_counter(0);
		irq_go();
		expect_msg(irq_wait(n), "match %u", (unsigned int)n);
		expect_ge(irqs[n - 1].counter, hpet_ticks(300));
	}
}

CASE(rearm, "a comparator that is written again and again interrupts once each")
{
	irq_prepare(2);
	irq_listen(0, TRIGGER_EDGE);
	for (u32 n = 1; n <= 20; n++) {
		hpet_set_counter(0);
		irq_set(0, INTERRUPTS, hpet_ticks(50) + n);
		sentinel_set(1, hpet_ticks(150));
		irq_go();
		expect_eq(sentinel_pass(1), n);
		expect_ge(irqs[n - 1].counter, hpet_ticks(50) + n);
	}
}

/*
 * Runs from 0 and writes the comparator while it is not reached yet; distances double while the
 * host is too slow.
 */
static u32 rewrite_running(u32 before, u32 after)
{
	for (int i = 0; i < LOAD_TRIES; i++, before = MIN(before * 2ull, 0x7fffff00), after *= 2) {
		hpet_set_counter(0);
		irq_drain();
		irq_count = 0;
		irq_set(0, INTERRUPTS | config_32bit(), before);
		irq_go();
		hpet_write(TIMER_COMPARATOR(0), after);
		if (hpet_counter() < MIN(before, after))
			return after;
	}
	require_msg(false, "the host is too slow");
}

CASE(nearer, "a comparator that is written while the counter runs: nearer, it matches there")
{
	u32 at;

	irq_prepare(1);
	irq_listen(0, TRIGGER_EDGE);
	at = rewrite_running(0x7fffff00u, hpet_ticks(5000));
	expect(irq_wait(1));
	expect_ge(irqs[0].counter, at);
}

CASE(farther, "farther away, it no longer matches where it was, but there")
{
	u32 at;

	irq_prepare(1);
	irq_listen(0, TRIGGER_EDGE);
	at = rewrite_running(hpet_ticks(5000), hpet_ticks(10000));
	expect(irq_wait(1));
	expect_ge(irqs[0].counter, at);
	expect_eq(irq_drain(), 1);
}

CASE(disabled_timer,
     "a timer whose interrupts are disabled does not interrupt; enabled before its time it does")
{
	irq_prepare(2);
	irq_listen(0, TRIGGER_EDGE);
	for (u32 enabled = 0; enabled <= INTERRUPTS; enabled += INTERRUPTS) {
		hpet_set_counter(0);
		irq_set(0, enabled, hpet_ticks(200));
		sentinel_set(1, hpet_ticks(400));
		irq_go();
		expect_eq(sentinel_pass(1), !!enabled);
	}
}

CASE(halted_counter, "while the counter is halted nothing comes; when it runs again the match does")
{
	u32 us = 5000;
	u64 stopped;

	irq_prepare(1);
	irq_listen(0, TRIGGER_EDGE);
	for (int i = 0; i < LOAD_TRIES; i++, us *= 2) {
		hpet_set_counter(0);
		irq_drain();
		irq_count = 0;
		irq_set(0, INTERRUPTS, hpet_ticks(us));
		irq_go();
		hpet_halt();
		stopped = hpet_counter();
		if (stopped < hpet_ticks(us))
			break;
	}
	require_msg(stopped < hpet_ticks(us), "the host is too slow");
	pit_pass();
	expect_eq(irq_drain(), 0);
	expect_eq(hpet_counter(), stopped);
	irq_go();
	expect(irq_wait(1));
	expect_ge(irqs[0].counter, hpet_ticks(us));
}

CASE(not_enabled, "a timer that is armed and never let go does not interrupt")
{
	irq_prepare(1);
	irq_listen(0, TRIGGER_EDGE);
	irq_set(0, INTERRUPTS, 1);
	pit_pass();
	expect_eq(irq_drain(), 0);
	expect_eq(hpet_counter(), 0);
	irq_go();
	expect(irq_wait(1));
}

CASE(masked, "a match while the line is masked in the I/O APIC is lost, by edge")
{
	irq_prepare(2);
	irq_listen(0, TRIGGER_EDGE);
	set_mask(irq_line(0), 1);
	irq_set(0, INTERRUPTS, hpet_ticks(100));
	sentinel_set(1, hpet_ticks(200));
	irq_go();
	expect_eq(sentinel_pass(1), 0);
	set_mask(irq_line(0), 0);
	expect_eq(irq_drain(), 0);
}

CASE(together, "timers with the same comparator all interrupt, each on its line")
{
	u32 seen = 0;

	irq_prepare(2);
	for (unsigned int i = 0; i < irq_timers; i++) {
		irq_listen(i, TRIGGER_EDGE);
		irq_set(i, INTERRUPTS, hpet_ticks(300));
	}
	irq_go();
	expect(irq_wait(irq_timers));
	for (unsigned int i = 0; i < irq_timers; i++)
		seen |= 1u << (IRQ_VECTOR(0) - irqs[i].vector);
	expect_eq(seen, (1u << irq_timers) - 1);
	expect_eq(irq_drain(), irq_timers);
}

CASE(order, "timers interrupt in the order of their comparators")
{
	irq_prepare(2);
	/* Of two that are pending the earlier one has the higher priority. */
	for (unsigned int i = 0; i < irq_timers; i++) {
		irq_listen(i, TRIGGER_EDGE);
		irq_set(i, INTERRUPTS, hpet_ticks(300 + 50 * i));
	}
	irq_go();
	expect(irq_wait(irq_timers));
	for (unsigned int i = 0; i < irq_timers; i++) {
		expect_eq(irqs[i].vector, IRQ_VECTOR(i));
		expect_ge(irqs[i].counter, hpet_ticks(300 + 50 * i));
	}
}
