/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registers of the HPET's timers: which bits hold what is written, which are read only, and
 * that no timer has those of another (IA-PC HPET specification 1.0a, 2.3.8 to 2.3.10; reserved
 * bits: Intel ICH9 data sheet 316972, 20.1.5).
 */
#include "hpet_test.h"

#define READ_ONLY	(CAN_PERIODIC | CAN_64BIT | CAN_FSB)

static u32 config_of(unsigned int timer)
{
	return hpet_read(TIMER_CONFIG(timer));
}

/* The bits that this timer lets software set, but for its route. */
static u32 settable(u32 config)
{
	return LEVEL | INTERRUPTS | (config & CAN_PERIODIC ? PERIODIC : 0) |
	       (config & CAN_64BIT ? MODE_32BIT : 0) | (config & CAN_FSB ? FSB : 0);
}

CASE(capabilities_read_only,
     "a timer's capabilities, and the lines that it can have, ignore writes")
{
	for (unsigned int i = 0; i < hpet_timers; i++) {
		u32 config = config_of(i), lines = hpet_read(TIMER_CONFIG(i) + UPPER);

		hpet_write(TIMER_CONFIG(i), config ^ READ_ONLY);
		hpet_write(TIMER_CONFIG(i) + UPPER, ~lines);
		expect_eq_msg(config_of(i) & READ_ONLY, config & READ_ONLY, "timer %u", i);
		expect_eq_msg(hpet_read(TIMER_CONFIG(i) + UPPER), lines, "timer %u", i);
	}
}

CASE(timer_reserved, "reserved bits of a timer's configuration read 0, also where 1 was written")
{
	for (unsigned int i = 0; i < hpet_timers; i++) {
		expect_eq_msg(config_of(i) & TIMER_RESERVED, 0, "timer %u", i);
		hpet_write(TIMER_CONFIG(i), TIMER_RESERVED);
		expect_eq_msg(config_of(i) & TIMER_RESERVED, 0, "timer %u, written", i);
	}
}

CASE(settings_hold, "each setting that a timer has holds, alone, with the others, and without")
{
	for (unsigned int i = 0; i < hpet_timers; i++) {
		u32 config = config_of(i), can = settable(config);

		for (u32 bit = LEVEL; bit <= FSB; bit <<= 1) {
			if (!(can & bit))
				continue;
			hpet_write(TIMER_CONFIG(i), bit);
			expect_eq_msg(config_of(i), (config & READ_ONLY) | bit, "timer %u", i);
			hpet_write(TIMER_CONFIG(i), can & ~bit);
			expect_eq_msg(config_of(i), (config & READ_ONLY) | (can & ~bit),
				      "timer %u", i);
		}
		hpet_write(TIMER_CONFIG(i), 0);
		expect_eq_msg(config_of(i), config & READ_ONLY, "timer %u", i);
	}
}

CASE(set_value_clears, "the bit that lets the accumulator be set clears itself when that is done")
{
	bool any = false;

	for (unsigned int i = 0; i < hpet_timers; i++) {
		if (!(config_of(i) & CAN_PERIODIC))
			continue;
		any = true;
		hpet_write(TIMER_CONFIG(i),
			   PERIODIC | SET_VALUE | (settable(config_of(i)) & MODE_32BIT));
		hpet_write(TIMER_COMPARATOR(i), 0x12345678);
		expect_eq_msg(config_of(i) & (PERIODIC | SET_VALUE), PERIODIC, "timer %u", i);
		expect_eq_msg(hpet_read(TIMER_COMPARATOR(i)), 0x12345678, "timer %u", i);
	}
	require_msg(any, "no timer can be periodic");
}

CASE(route_holds, "the route holds each line that the timer can have")
{
	for (unsigned int i = 0; i < hpet_timers; i++) {
		u32 lines = hpet_read(TIMER_CONFIG(i) + UPPER);

		for (u32 line = 0; line < 32; line++) {
			if (!(lines & 1u << line))
				continue;
			hpet_write(TIMER_CONFIG(i), ROUTE(line));
			expect_eq_msg(config_of(i) & ROUTE_MASK, ROUTE(line), "timer %u", i);
		}
	}
}

CASE(route_refused, "the route does not read as a line that the timer cannot have")
{
	for (unsigned int i = 0; i < hpet_timers; i++) {
		u32 lines = hpet_read(TIMER_CONFIG(i) + UPPER), wrong = 0;

		/* Line 0 is what the register holds by default, whether it can be had or not. */
		for (u32 line = 1; line < 32; line++) {
			if (lines & 1u << line)
				continue;
			hpet_write(TIMER_CONFIG(i), ROUTE(line));
			if ((config_of(i) & ROUTE_MASK) == ROUTE(line))
				wrong |= 1u << line;
		}
		expect_eq_msg(wrong, 0, "timer %u: lines that it cannot have and holds", i);
	}
}

CASE(comparators_hold, "each comparator holds each bit")
{
	for (unsigned int i = 0; i < hpet_timers; i++) {
		unsigned int bits = config_of(i) & CAN_64BIT ? 64 : 32;

		for (unsigned int bit = 0; bit < bits; bit++) {
			hpet_write_pair(TIMER_COMPARATOR(i), 1ull << bit);
			expect_eq_msg(hpet_read_pair(TIMER_COMPARATOR(i)), 1ull << bit,
				      "timer %u", i);
		}
	}
}

CASE(timers_distinct, "no timer's registers are those of another, nor of the main counter")
{
	for (unsigned int i = 0; i < hpet_timers; i++) {
		hpet_write(TIMER_COMPARATOR(i), 0x1000 + i);
		hpet_write(TIMER_CONFIG(i), i & 1 ? LEVEL : 0);
	}
	hpet_set_counter(0x77);
	for (unsigned int i = 0; i < hpet_timers; i++) {
		expect_eq_msg(hpet_read(TIMER_COMPARATOR(i)), 0x1000 + i, "timer %u", i);
		expect_eq_msg(config_of(i) & ~READ_ONLY, i & 1 ? LEVEL : 0, "timer %u", i);
	}
	expect_eq(hpet_read_pair(COUNTER), 0x77);
}

CASE(fsb_holds, "a timer that can send messages holds their address and value")
{
	bool any = false;

	for (unsigned int i = 0; i < hpet_timers; i++) {
		if (!(config_of(i) & CAN_FSB))
			continue;
		any = true;
		hpet_write_pair(TIMER_FSB(i), 0xfee0100012345678ull + i);
		expect_eq_msg(hpet_read_pair(TIMER_FSB(i)), 0xfee0100012345678ull + i,
			      "timer %u", i);
		hpet_write(TIMER_FSB(i), 0);
		expect_eq_msg(hpet_read_pair(TIMER_FSB(i)), 0xfee0100000000000ull, "timer %u", i);
	}
	require_msg(any, "no timer can send messages");
}
