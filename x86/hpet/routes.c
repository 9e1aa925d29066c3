/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the HPET's interrupts go (IA-PC HPET specification 1.0a, 2.4.2): each line of
 * INT_ROUTE_CAP, legacy replacement (2.3.5 LEG_RT_CNF: timer 0 is IRQ 0, or 2 of the I/O APIC,
 * timer 1 is IRQ 8; the 8254 and the RTC are silent), messages (2.3.8 Tn_FSB_EN_CNF, 2.3.10).
 */
#include "irq.h"
#include "x86/processor.h"

#define LINE_VECTOR	0x51
#define MESSAGE_VECTOR	0x91
#define MESSAGE_ADDRESS	0xfee00000ull
#define ALL_LINES	0xffffffu
#define PIT_AND_CASCADE	0x000007u	/* 0 to 2 are not like the others */

/* Whether an interrupt comes before the counter, which began with 0, has seen two seconds. */
static bool arrives(void)
{
	while (!irq_drain() && hpet_counter() < hpet_ticks(2000000))
		pause();
	return irq_count;
}

/*
 * Each line among wanted that a timer can have brings its interrupt, up to the first that does not.
 */
static void each_line(u32 wanted)
{
	bool any = false;

	irq_prepare(0);
	for (unsigned int i = 0; i < hpet_timers; i++) {
		u32 lines = hpet_read(TIMER_CONFIG(i) + UPPER) & wanted;

		for (u32 line = 0; line < 24; line++) {
			if (!(lines & 1u << line))
				continue;
			any = true;
			hpet_set_counter(0);
			hpet_write(TIMER_CONFIG(i), INTERRUPTS | ROUTE(line));
			hpet_write_pair(TIMER_COMPARATOR(i), hpet_ticks(100));
			irq_handle(LINE_VECTOR, i);
			ioapic_set_redir(line, LINE_VECTOR, TRIGGER_EDGE);
			irq_count = 0;
			hpet_run(0);
			if (!expect_msg(arrives(), "timer %u, line %u", i, (unsigned int)line))
				return;
			set_mask(line, 1);
			hpet_halt();
			hpet_write(TIMER_CONFIG(i), 0);
		}
	}
	require_msg(any, "no timer has such a line");
}

CASE(lines, "each timer interrupts by each line that it says it can have, from 3 on")
{
	each_line(ALL_LINES & ~PIT_AND_CASCADE);
}

CASE(line_2, "and by line 2, where it says so")
{
	each_line(PIT_AND_CASCADE);
}

static void require_legacy(void)
{
	require_msg(hpet_read(CAPABILITY) & CAP_LEGACY, "there is no legacy replacement");
}

/*
 * Timer 0 or 1 with other routes (bits), which play no part: one interrupt, by the vector of
 * by_ioapic().
 */
static void expect_legacy(unsigned int timer, u32 bits)
{
	u32 at = hpet_ticks(300);

	hpet_write(TIMER_CONFIG(timer), INTERRUPTS | bits);
	hpet_write_pair(TIMER_COMPARATOR(timer), at);
	hpet_run(LEGACY);
	expect(irq_wait(1));
	expect_eq(irqs[0].vector, LINE_VECTOR);
	expect_ge(irqs[0].counter, at);
	expect_eq(irq_drain(), 1);
}

static void by_ioapic(unsigned int timer, unsigned int line)
{
	require_legacy();
	irq_prepare(0);
	irq_handle(LINE_VECTOR, timer);
	ioapic_set_redir(line, LINE_VECTOR, TRIGGER_EDGE);
}

CASE(legacy_ioapic_0, "legacy replacement: timer 0 is line 2 of the I/O APIC")
{
	by_ioapic(0, 2);
	expect_legacy(0, 0);
}

CASE(legacy_ioapic_1, "legacy replacement: timer 1 is line 8 of the I/O APIC")
{
	by_ioapic(1, 8);
	expect_legacy(1, 0);
}

CASE(legacy_route, "with it the route of a timer has no effect")
{
	irq_prepare(2);
	require_msg(!irq_legacy, "the timers have no other line");
	irq_listen(0, TRIGGER_EDGE);
	by_ioapic(0, 2);
	irq_listen(0, TRIGGER_EDGE);
	expect_legacy(0, ROUTE(irq_line(0)));
}

CASE(legacy_message, "nor do messages")
{
	irq_prepare(0);
	require_msg(hpet_read(TIMER_CONFIG(0)) & CAN_FSB, "the timers cannot send messages");
	by_ioapic(0, 2);
	irq_handle(MESSAGE_VECTOR, 0);
	hpet_write_pair(TIMER_FSB(0), (MESSAGE_ADDRESS | apic_id() << 12) << 32 | MESSAGE_VECTOR);
	expect_legacy(0, FSB);
}

CASE(legacy_timer_2, "timer 2 keeps its own route")
{
	irq_prepare(3);
	require_legacy();
	irq_set(2, INTERRUPTS, hpet_ticks(200));
	irq_listen(2, TRIGGER_EDGE);
	hpet_run(LEGACY);
	expect(irq_wait(1));
	expect_eq(irqs[0].vector, IRQ_VECTOR(2));
}

static void by_pic(unsigned int timer, unsigned int irq)
{
	u32 at = hpet_ticks(300);

	require_legacy();
	irq_prepare(0);
	hpet_write(TIMER_CONFIG(timer), INTERRUPTS);
	hpet_write_pair(TIMER_COMPARATOR(timer), at);
	irq_handle(PIC_VECTOR + irq, timer);
	hpet_run(LEGACY);
	/* The 8254's output is taken from the line only now. */
	hpet_halt();
	hpet_write_pair(COUNTER, 0);
	pic_init();
	pic_listen(irq);
	hpet_run(LEGACY);
	expect(irq_wait(1));
	expect_eq(irqs[0].vector, PIC_VECTOR + irq);
	expect_ge(irqs[0].counter, at);
	expect_eq(irq_drain(), 1);
}

CASE(legacy_pic_0, "legacy replacement: timer 0 is IRQ 0 of the 8259A")
{
	by_pic(0, 0);
}

CASE(legacy_pic_1, "legacy replacement: timer 1 is IRQ 8 of the 8259A")
{
	by_pic(1, 8);
}

CASE(legacy_pit, "with legacy replacement the 8254 does not interrupt; without it does again")
{
	require_legacy();
	irq_prepare(0);
	require(hpet_timers >= 3);
	irq_handle(LINE_VECTOR, 2);
	hpet_run(LEGACY);
	pit_periodic();
	ioapic_set_redir(2, LINE_VECTOR, TRIGGER_EDGE);
	irq_drain();
	irq_count = 0;
	pit_pass();
	expect_eq(irq_drain(), 0);
	hpet_write(CONFIG, 0);
	expect(irq_wait(1));
}

CASE(legacy_halted, "legacy replacement with the counter halted: no interrupt")
{
	by_ioapic(0, 2);
	hpet_write(TIMER_CONFIG(0), INTERRUPTS);
	hpet_write_pair(TIMER_COMPARATOR(0), 1);
	hpet_write(CONFIG, LEGACY);
	irq_drain();
	irq_count = 0;
	pit_pass();
	expect_eq(irq_drain(), 0);
	hpet_run(LEGACY);
	expect(irq_wait(1));
}

CASE(message,
     "each timer that can send messages interrupts by what its register says, and its line is "
     "silent")
{
	bool any = false;

	irq_prepare(2);
	for (unsigned int i = 0; i < irq_timers; i++) {
		u32 at = hpet_ticks(300);
		u8 vector = MESSAGE_VECTOR + i;

		if (!(hpet_read(TIMER_CONFIG(i)) & CAN_FSB))
			continue;
		any = true;
		hpet_set_counter(0);
		irq_count = 0;
		irq_set(i, INTERRUPTS | FSB, at);
		hpet_write_pair(TIMER_FSB(i), (MESSAGE_ADDRESS | apic_id() << 12) << 32 | vector);
		irq_handle(vector, i);
		irq_listen(i, TRIGGER_EDGE);
		sentinel_set(i ? 0 : 1, hpet_ticks(600));
		irq_go();
		expect_msg(irq_wait(1), "timer %u", i);
		expect_eq_msg(irqs[0].vector, vector, "timer %u", i);
		expect_ge(irqs[0].counter, at);
		expect_eq(sentinel_pass(i ? 0 : 1), 1);
		irq_off(i);
		irq_off(i ? 0 : 1);
	}
	require_msg(any, "the timers cannot send messages");
}

CASE(message_disabled, "a timer whose interrupts are disabled sends no message")
{
	irq_prepare(2);
	require_msg(hpet_read(TIMER_CONFIG(0)) & CAN_FSB, "the timers cannot send messages");
	irq_handle(MESSAGE_VECTOR, 0);
	hpet_write_pair(TIMER_FSB(0), (MESSAGE_ADDRESS | apic_id() << 12) << 32 | MESSAGE_VECTOR);
	for (u32 enabled = 0; enabled <= INTERRUPTS; enabled += INTERRUPTS) {
		hpet_set_counter(0);
		irq_set(0, FSB | enabled, hpet_ticks(100));
		sentinel_set(1, hpet_ticks(200));
		irq_go();
		expect_eq(sentinel_pass(1), !!enabled);
	}
}
