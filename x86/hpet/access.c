/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The width of accesses: registers can be read and written with 32 and with 64 bits (IA-PC HPET
 * specification 1.0a, 2.3.1); a half that is written leaves the other one.
 */
#include "hpet_test.h"

#define PATTERN		0x0123456789abcdefull
#define PATTERN2	0xfedcba9876543210ull

CASE(halves_counter, "a write to a half of the halted counter leaves the other half")
{
	hpet_set_counter(PATTERN);
	expect_eq(hpet_read_pair(COUNTER), PATTERN);
	hpet_write(COUNTER, (u32)PATTERN2);
	expect_eq(hpet_read_pair(COUNTER), (PATTERN & ~0xffffffffull) | (u32)PATTERN2);
	hpet_write(COUNTER, (u32)PATTERN);
	hpet_write(COUNTER + UPPER, PATTERN2 >> 32);
	expect_eq(hpet_read_pair(COUNTER), (PATTERN2 & ~0xffffffffull) | (u32)PATTERN);
}

CASE(halves_comparator, "a write to a half of a comparator leaves the other half")
{
	for (unsigned int i = 0; i < hpet_timers; i++) {
		if (!(hpet_read(TIMER_CONFIG(i)) & CAN_64BIT))
			continue;
		hpet_write_pair(TIMER_COMPARATOR(i), PATTERN);
		expect_eq_msg(hpet_read_pair(TIMER_COMPARATOR(i)), PATTERN, "timer %u", i);
		hpet_write(TIMER_COMPARATOR(i), 0);
		expect_eq_msg(hpet_read_pair(TIMER_COMPARATOR(i)), PATTERN & ~0xffffffffull,
			      "timer %u", i);
		hpet_write(TIMER_COMPARATOR(i), (u32)PATTERN);
		hpet_write(TIMER_COMPARATOR(i) + UPPER, 0);
		expect_eq_msg(hpet_read_pair(TIMER_COMPARATOR(i)), (u32)PATTERN, "timer %u", i);
	}
}

#ifdef __x86_64__
/* An access of 64 bits is one instruction in 64-bit mode only. */
static u64 read_whole(u32 reg)
{
	return readq(hpet_base + reg);
}

static void write_whole(u32 reg, u64 value)
{
	writeq(value, hpet_base + reg);
}

CASE(read64_capability, "64 bits of the capabilities are both their halves")
{
	expect_eq(read_whole(CAPABILITY), hpet_read_pair(CAPABILITY));
}

CASE(read64_config, "64 bits of the configuration are both its halves")
{
	hpet_write(CONFIG, ENABLE);
	expect_eq(read_whole(CONFIG), ENABLE);
	hpet_write(CONFIG, 0);
	expect_eq(read_whole(CONFIG), 0);
}

CASE(read64_counter, "64 bits of the halted counter are both its halves")
{
	hpet_set_counter(PATTERN);
	expect_eq(read_whole(COUNTER), PATTERN);
	hpet_set_counter(PATTERN2);
	expect_eq(read_whole(COUNTER), PATTERN2);
}

CASE(read64_running,
     "64 bits of the running counter lie between two readings by halves, also around a carry")
{
	u64 carry = 0x100000000ull - hpet_ticks(1000), before, now;

	hpet_set_counter(carry);
	hpet_run(0);
	do {
		before = hpet_counter();
		now = read_whole(COUNTER);
		insist(now > before && now < hpet_counter());
	} while (before < carry + hpet_ticks(2000));
}

CASE(read64_timers, "64 bits of each register of each timer are both its halves")
{
	for (unsigned int i = 0; i < hpet_timers; i++) {
		u64 pattern = PATTERN + i;

		if (!(hpet_read(TIMER_CONFIG(i)) & CAN_64BIT))
			pattern = (u32)pattern;
		hpet_write_pair(TIMER_COMPARATOR(i), pattern);
		expect_eq_msg(read_whole(TIMER_COMPARATOR(i)), pattern, "timer %u", i);
		expect_eq_msg(read_whole(TIMER_CONFIG(i)), hpet_read_pair(TIMER_CONFIG(i)),
			      "timer %u", i);
	}
}

CASE(write64_config, "the configuration can be written with 64 bits")
{
	write_whole(CONFIG, ENABLE);
	expect_eq(hpet_read(CONFIG), ENABLE);
	write_whole(CONFIG, 0);
	expect_eq(hpet_read(CONFIG), 0);
}

CASE(write64_counter, "the halted counter can be written with 64 bits")
{
	write_whole(COUNTER, PATTERN);
	expect_eq(hpet_read_pair(COUNTER), PATTERN);
	write_whole(COUNTER, PATTERN2);
	expect_eq(hpet_read_pair(COUNTER), PATTERN2);
}

CASE(write64_timers, "comparator and configuration of each timer can be written with 64 bits")
{
	for (unsigned int i = 0; i < hpet_timers; i++) {
		u64 config = hpet_read_pair(TIMER_CONFIG(i)), pattern = PATTERN2 - i;

		write_whole(TIMER_COMPARATOR(i), pattern);
		if (!(config & CAN_64BIT))
			pattern = (u32)pattern;
		expect_eq_msg(hpet_read_pair(TIMER_COMPARATOR(i)), pattern, "timer %u", i);
		write_whole(TIMER_CONFIG(i), config | LEVEL);
		expect_eq_msg(hpet_read_pair(TIMER_CONFIG(i)), config | LEVEL, "timer %u", i);
	}
}
#endif
