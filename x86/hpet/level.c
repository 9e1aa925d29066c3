/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Level-triggered timers and the interrupt status (IA-PC HPET specification 1.0a, 2.3.6, 2.3.8
 * Tn_INT_TYPE_CNF and Tn_INT_ENB_CNF, 2.3.5 ENABLE_CNF): a match sets the timer's bit, the line is
 * active until a 1 is written to it.
 */
#include "irq.h"

/* Lines of legacy replacement are those of the ISA bus: by edge. */
static void prepare(unsigned int timers)
{
	irq_prepare(timers);
	require_msg(!irq_legacy, "the lines of legacy replacement are edge-triggered");
}

CASE(level, "each timer: a match sets its status bit alone, and interrupts until it is cleared")
{
	prepare(1);
	for (unsigned int i = 0; i < irq_timers; i++) {
		u32 at = hpet_ticks(300);

		hpet_set_counter(0);
		irq_count = 0;
		irq_set(i, LEVEL | INTERRUPTS, at);
		irq_listen(i, TRIGGER_LEVEL);
		irq_go();
		expect_msg(irq_wait(1), "timer %u", i);
		expect_eq(irqs[0].vector, IRQ_VECTOR(i));
		expect_eq_msg(irqs[0].status, 1u << i, "timer %u", i);
		expect_ge(irqs[0].counter, at);
		expect_eq(irq_drain(), 1);
		expect_eq(hpet_read(STATUS), 0);
		irq_off(i);
	}
}

CASE(unread, "not cleared, it interrupts again and again")
{
	prepare(1);
	ack_from = 3;
	irq_set(0, LEVEL | INTERRUPTS, hpet_ticks(100));
	irq_listen(0, TRIGGER_LEVEL);
	irq_go();
	expect(irq_wait(4));
	for (int i = 0; i < 4; i++)
		expect_eq(irqs[i].status, 1);
	expect_eq(irq_drain(), 4);
}

/* Timer 0's status bit set, its line masked in the I/O APIC. */
static void make_pending(void)
{
	prepare(1);
	irq_listen(0, TRIGGER_LEVEL);
	set_mask(irq_line(0), 1);
	irq_set(0, LEVEL | INTERRUPTS, hpet_ticks(100));
	irq_go();
	insist(hpet_wait_status(0));
}

CASE(write_0,
     "a write of 0 to the status leaves it, as does one of other timers' bits; a write of 1 "
     "clears it")
{
	make_pending();
	expect_eq(hpet_read(STATUS), 1);
	hpet_write(STATUS, 0);
	expect_eq(hpet_read(STATUS), 1);
	if (hpet_timers > 1)
		hpet_write(STATUS, ((1ull << hpet_timers) - 1) & ~1u);
	expect_eq(hpet_read(STATUS), 1);
	hpet_write(STATUS, 1);
	expect_eq(hpet_read(STATUS), 0);
}

CASE(others_stay, "clearing a timer's status leaves that of another")
{
	prepare(2);
	irq_set(0, LEVEL | INTERRUPTS, hpet_ticks(100));
	irq_set(1, LEVEL | INTERRUPTS, hpet_ticks(100));
	irq_go();
	insist(hpet_wait_status(0) && hpet_wait_status(1));
	hpet_write(STATUS, 1);
	expect_eq(hpet_read(STATUS), 2);
	hpet_write(STATUS, 2);
	expect_eq(hpet_read(STATUS), 0);
}

CASE(pending, "a match while the line is masked in the I/O APIC waits there for the mask")
{
	make_pending();
	expect_eq(irq_drain(), 0);
	set_mask(irq_line(0), 0);
	expect(irq_wait(1));
	expect_eq(irqs[0].status, 1);
	expect_eq(irq_drain(), 1);
}

CASE(pending_cleared, "cleared before that, it does not come")
{
	make_pending();
	hpet_write(STATUS, 1);
	set_mask(irq_line(0), 0);
	expect_eq(irq_drain(), 0);
}

CASE(second_match,
     "a second match before the first is cleared: the line stays active, one clear takes it away")
{
	make_pending();
	hpet_set_counter(0);
	irq_set(0, LEVEL | INTERRUPTS, hpet_ticks(100));
	irq_go();
	expect(hpet_wait_counter(hpet_ticks(200)));
	expect(hpet_wait_status(0));
	hpet_halt();
	hpet_write(STATUS, 1);
	expect_eq(hpet_read(STATUS), 0);
	set_mask(irq_line(0), 0);
	expect_eq(irq_drain(), 0);
}

CASE(disabled_status,
     "a timer whose interrupts are disabled sets its status all the same, without an interrupt")
{
	prepare(2);
	irq_set(0, LEVEL, hpet_ticks(100));
	irq_listen(0, TRIGGER_LEVEL);
	sentinel_set(1, hpet_ticks(200));
	irq_go();
	expect_eq(sentinel_pass(1), 0);
	expect_eq(hpet_read(STATUS), 1);
	hpet_write(STATUS, 1);
	expect_eq(hpet_read(STATUS), 0);
}

CASE(halted_status, "halting the counter does not clear the status: that is left to software")
{
	make_pending();
	hpet_halt();
	expect_eq(hpet_read(STATUS), 1);
	hpet_write(STATUS, 1);
	expect_eq(hpet_read(STATUS), 0);
}

CASE(halted_line, "while the counter is halted no interrupt comes, though the status is set")
{
	make_pending();
	hpet_halt();
	set_mask(irq_line(0), 0);
	expect_eq(irq_drain(), 0);
}

CASE(shared_line, "two timers on one line: cleared for one, the line is still active for the other")
{
	u32 line;

	prepare(2);
	line = irq_line(0);
	irq_listen(0, TRIGGER_LEVEL);
	set_mask(line, 1);
	require(hpet_read(TIMER_CONFIG(1) + UPPER) & 1u << line);
	irq_set(0, LEVEL | INTERRUPTS, hpet_ticks(100));
	irq_set(1, LEVEL | INTERRUPTS, hpet_ticks(100));
	hpet_write(TIMER_CONFIG(1), LEVEL | INTERRUPTS | ROUTE(line));
	irq_go();
	insist(hpet_wait_status(0) && hpet_wait_status(1));
	hpet_write(STATUS, 2);
	set_mask(line, 0);
	expect_eq(irq_drain(), 1);
	expect_eq(irqs[0].status, 1);
}
