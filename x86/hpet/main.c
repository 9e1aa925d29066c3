/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The HPET's global registers (IA-PC HPET specification 1.0a, 2.3.4 to 2.3.6) and what they hold
 * after a reset. That reserved bits read 0 is in Intel's ICH9 data sheet 316972, section 20.1. The
 * main counter: counter.c; timers: timers.c.
 */
#include "hpet_test.h"

CASE(period, "the period is neither 0 nor above 100 ns")
{
	u32 period = hpet_read(CAPABILITY + UPPER);

	expect_ne(period, 0);
	expect_le(period, PERIOD_MAX);
}

CASE(capability, "there is a revision and a vendor; the reserved bit reads 0")
{
	u32 capability = hpet_read(CAPABILITY);

	expect_ne(capability & CAP_REVISION, 0);
	expect_ne(capability >> 16, 0);
	expect_ne(capability >> 16, 0xffff);
	expect_eq(capability & CAP_RESERVED, 0);
}

CASE(capability_read_only, "both halves of the capabilities ignore writes")
{
	u32 low = hpet_read(CAPABILITY), high = hpet_read(CAPABILITY + UPPER);

	hpet_write(CAPABILITY, ~low);
	hpet_write(CAPABILITY + UPPER, ~high);
	expect_eq(hpet_read(CAPABILITY), low);
	expect_eq(hpet_read(CAPABILITY + UPPER), high);
	hpet_write(CAPABILITY, 0);
	hpet_write(CAPABILITY + UPPER, 0);
	expect_eq(hpet_read(CAPABILITY), low);
	expect_eq(hpet_read(CAPABILITY + UPPER), high);
}

CASE(acpi_id, "the ACPI table's identity is the lower half of the capabilities")
{
	expect_eq(hpet_acpi_id, hpet_read(CAPABILITY));
}

CASE(reset_global,
     "after a reset the counter is halted at 0, without legacy routing, and no interrupt is "
     "pending")
{
	expect_eq(hpet_reset_state.config, 0);
	expect_eq(hpet_reset_state.counter, 0);
	expect_eq(hpet_reset_state.status, 0);
}

CASE(reset_timers,
     "after a reset each timer is off, edge-triggered and one-shot, its comparator all ones")
{
	const u32 settings = LEVEL | INTERRUPTS | PERIODIC | SET_VALUE | MODE_32BIT | ROUTE_MASK |
			     FSB;

	for (unsigned int i = 0; i < hpet_timers; i++) {
		u32 config = hpet_reset_state.timer[i].config;

		expect_eq_msg(config & settings, 0, "timer %u", i);
		expect_eq_msg(hpet_reset_state.timer[i].comparator,
			      config & CAN_64BIT ? ~0ull : ~0u, "timer %u", i);
	}
}

CASE(config_holds, "the configuration holds each of its two bits, alone and together")
{
	u32 mask = hpet_read(CAPABILITY) & CAP_LEGACY ? ENABLE | LEGACY : ENABLE;

	for (u32 value = mask; value <= mask; value--) {
		hpet_write(CONFIG, value);
		expect_eq_msg(hpet_read(CONFIG), value & mask, "written %#x", (unsigned int)value);
	}
	expect_eq(hpet_read(CONFIG + UPPER), 0);
}

CASE(config_reserved, "reserved bits of the configuration read 0, also where 1 was written")
{
	hpet_write(CONFIG + UPPER, ~0u);
	hpet_write(CONFIG, ~(ENABLE | LEGACY));
	expect_eq(hpet_read(CONFIG), 0);
	expect_eq(hpet_read(CONFIG + UPPER), 0);
}

CASE(status_reserved, "status bits of timers that are not there read 0, also where 1 was written")
{
	u64 there = (1ull << hpet_timers) - 1;

	require(hpet_timers < 32);
	expect_eq(hpet_read_pair(STATUS) & ~there, 0);
	hpet_write_pair(STATUS, ~there);
	expect_eq(hpet_read_pair(STATUS) & ~there, 0);
}

CASE(status_written, "a status bit is not set by writing it")
{
	for (unsigned int i = 0; i < hpet_timers; i++)
		hpet_write(TIMER_CONFIG(i), LEVEL);
	hpet_write(STATUS, (1ull << hpet_timers) - 1);
	expect_eq(hpet_read(STATUS), 0);
}
