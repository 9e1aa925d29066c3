/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The time of the MC146818: SET, both formats, update cycles and UIP, the divider (data sheet, "Time, Calendar, and Alarm
 * Locations", "Update Cycle", "Divider Control"). What a second does to the whole of it: rollover.c.
 */
#include "rtc_test.h"
#include "x86/rtc.h"

static const struct rtc_time noon = { 0x20, 0x24, 0x06, 0x15, 7, 0x12, 0x34, 0x20 };

#define expect_time(t, ...)								\
	do { struct rtc_time want = __VA_ARGS__, got = t; expect_mem(&got, &want, sizeof(want)); } while (0)

CASE(set_freezes, "under SET the time stands as it was written")
{
	rtc_set(B_24H, &noon);
	rtc_write(REG_A, A_RUN);
	for (u64 begin = 0; !second_over(&begin);)
		pause();
	expect_time(rtc_freeze(), noon);
}

CASE(set_no_flags, "under SET there is no update: no AF for the next second, and no UIP")
{
	u8 a = 0, c = 0;

	rtc_set(B_24H, &noon);
	rtc_write(SECONDS_ALARM, noon.seconds + 1);
	rtc_write(MINUTES_ALARM, noon.minutes);
	rtc_write(HOURS_ALARM, noon.hours);
	rtc_write(REG_A, A_RUN);
	for (u64 begin = 0; !second_over(&begin);) {
		a |= rtc_read(REG_A);
		c |= rtc_read(REG_C);
	}
	expect_eq(a, A_RUN);
	expect_eq(c & C_AF, 0);
}

CASE(set_ends_uip, "SET in the middle of an update ends it: UIP is clear at once")
{
	for (int i = 0; i < 100; i++) {
		rtc_write(REG_B, B_24H);
		rtc_write(REG_B, B_SET | B_24H);
		expect_eq(rtc_read(REG_A) & A_UIP, 0);
	}
}

CASE(clear_set_starts, "when SET goes, the clock goes on from what was written")
{
	struct rtc_time t;

	rtc_set(B_24H, &noon);
	rtc_go(0);
	expect(wait_flags(C_UF));
	t = rtc_freeze();
	expect_eq(t.hours, noon.hours);
	expect_ge(t.minutes * 256u + t.seconds, noon.minutes * 256u + noon.seconds + 1);
	expect_le(t.minutes, noon.minutes + 1);
}

CASE(divider_holds, "a divider held in reset stops the updates; released, they come again")
{
	struct rtc_time t;

	rtc_set(B_24H, &noon);
	rtc_write(REG_B, B_24H);
	expect_eq(watch_flags() & (C_UF | C_AF), 0);
	expect_time(rtc_freeze(), noon);
	rtc_go(0);
	expect(wait_flags(C_UF));
	t = rtc_freeze();
	expect_ne(t.seconds, noon.seconds);
}

/* Fields that count from 0 or 1 to last. */
static const struct field {
	u8 index, first, last;
} fields[] = {
	{ SECONDS, 0, 59 }, { MINUTES, 0, 59 }, { HOURS, 0, 23 }, { WEEKDAY, 1, 7 }, { DAY, 1, 31 }, { MONTH, 1, 12 },
	{ YEAR, 0, 99 },
};

/* Every value of every field, frozen: what it holds, and that the others stay. */
static void hold_fields(u8 format)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		const struct field *f = &fields[i];

		rtc_set(format, &noon);
		for (u8 n = f->first; n <= f->last; n++) {
			u8 value = format & B_BINARY ? n : n / 10 * 16 + n % 10;

			rtc_write(f->index, value);
			expect_eq_msg(rtc_read(f->index), value, "index %u", f->index);
		}
		rtc_write(f->index, ((const u8 []) { 0x20, 0, 0x34, 0, 0x12, 0, 7, 0x15, 0x06, 0x24 })[f->index]);
		expect_time(rtc_freeze(), noon);
	}
}

CASE(bcd_holds, "frozen, every field holds every BCD value")
{
	hold_fields(B_24H);
}

CASE(binary_holds, "frozen, every field holds every binary value")
{
	hold_fields(B_BINARY | B_24H);
}

CASE(hours12_holds, "frozen, the hour holds all of a day of 12 hours, in both formats")
{
	for (u8 binary = 0; binary <= B_BINARY; binary += B_BINARY) {
		rtc_set(binary, &noon);
		for (u8 n = 1; n <= 12; n++) {
			u8 value = binary || n < 10 ? n : n + 6;

			rtc_write(HOURS, value);
			expect_eq(rtc_read(HOURS), value);
			rtc_write(HOURS, value | HOUR_PM);
			expect_eq(rtc_read(HOURS), value | HOUR_PM);
		}
	}
}

CASE(century_holds, "frozen, the century is a place of its own, which holds 19 and 20")
{
	rtc_set(B_24H, &noon);
	rtc_write(CENTURY, 0x19);
	expect_eq(rtc_read(CENTURY), 0x19);
	expect_eq(rtc_read(YEAR), 0x24);
	rtc_write(CENTURY, 0x20);
	expect_eq(rtc_read(CENTURY), 0x20);
}

/* With the divider held nothing turns while it is read, and SET plays no part. */
CASE(writes_running, "without SET a field that is written reads back, and the others stay")
{
	rtc_set(B_24H, &noon);
	rtc_write(REG_B, B_24H);
	rtc_write(MINUTES, 0x47);
	expect_eq(rtc_read(MINUTES), 0x47);
	rtc_write(DAY, 0x09);
	rtc_write(WEEKDAY, 1);
	expect_time(rtc_freeze(), { 0x20, 0x24, 0x06, 0x09, 1, 0x12, 0x47, 0x20 });
}

CASE(uip_seen, "UIP is set before an update, and clear behind it")
{
	struct patience patience = { 0 };
	bool seen = false;

	/* A busy host may let us miss the 244 us of many seconds. */
	while (!seen && !patience_over(&patience, RTC_PATIENCE))
		seen = rtc_read(REG_A) & A_UIP;
	expect(seen);
	while (seen && !patience_over(&patience, 2 * RTC_PATIENCE))
		seen = rtc_read(REG_A) & A_UIP;
	expect(!seen);
}

CASE(uip_then_update, "behind UIP there was an update: UF is set, and the second has turned")
{
	struct patience patience = { 0 };
	u64 before;
	u8 c;

	do {
		before = rtc_seconds();
		rtc_read(REG_C);
		insist(!patience_over(&patience, RTC_PATIENCE));
	} while (!(rtc_read(REG_A) & A_UIP));
	while (rtc_read(REG_A) & A_UIP)
		insist(!patience_over(&patience, 2 * RTC_PATIENCE));
	c = rtc_read(REG_C);
	expect_eq(c & C_UF, C_UF);
	expect_gt(rtc_seconds(), before);
}

CASE(monotonic, "for some seconds the time never goes back, and moves")
{
	struct patience patience = { 0 };
	u64 begin = rtc_seconds(), last = begin;

	while (last < begin + 3) {
		u64 now = rtc_seconds();

		insist(now >= last);
		last = now;
		insist(!patience_over(&patience, RTC_PATIENCE));
	}
}

/* UF and the seconds are made by the same thing. */
CASE(uf_is_a_second, "between two readings without UF the second has not turned")
{
	int turns = 0;

	rtc_read(REG_C);
	for (u64 begin = 0; !second_over(&begin);) {
		u64 before = rtc_seconds(), after = rtc_seconds();

		if (rtc_read(REG_C) & C_UF)
			turns++;
		else
			expect_eq(after, before);
	}
	expect_ge(turns, 1);
}
