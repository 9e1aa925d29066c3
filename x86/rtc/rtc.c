/* SPDX-License-Identifier: BSD-2-Clause */
/* Access to the clock: see rtc_test.h. */
#include "rtc_test.h"
#include "x86/apic.h"
#include "x86/delay.h"
#include "x86/rtc.h"

void rtc_set(u8 format, const struct rtc_time *t)
{
	rtc_write(REG_B, B_SET | format);
	rtc_write(REG_A, A_RESET);
	rtc_write(SECONDS, t->seconds);
	rtc_write(MINUTES, t->minutes);
	rtc_write(HOURS, t->hours);
	rtc_write(WEEKDAY, t->weekday);
	rtc_write(DAY, t->day);
	rtc_write(MONTH, t->month);
	rtc_write(YEAR, t->year);
	rtc_write(CENTURY, t->century);
	rtc_read(REG_C);
}

void rtc_go(u8 enables)
{
	u8 format = rtc_read(REG_B) & (B_BINARY | B_24H);

	rtc_write(REG_B, format | enables);
	rtc_write(REG_A, A_RUN);
}

struct rtc_time rtc_freeze(void)
{
	rtc_write(REG_B, rtc_read(REG_B) | B_SET);
	return (struct rtc_time) {
		.seconds = rtc_read(SECONDS), .minutes = rtc_read(MINUTES), .hours = rtc_read(HOURS),
		.weekday = rtc_read(WEEKDAY), .day = rtc_read(DAY), .month = rtc_read(MONTH),
		.year = rtc_read(YEAR), .century = rtc_read(CENTURY),
	};
}

u8 wait_flags(u8 flags)
{
	struct patience patience = { 0 };
	u8 c;

	while (!((c = rtc_read(REG_C)) & flags))
		if (patience_over(&patience, RTC_PATIENCE))
			return 0;
	return c;
}

bool second_over(u64 *begin)
{
	u64 hz = tsc_frequency();

	if (!*begin)
		*begin = rdtsc();
	return rdtsc() - *begin > (hz ? hz + hz / 4 : 2 * WAIT_TICKS);
}

u8 watch_flags(void)
{
	u64 begin = 0;
	u8 flags = 0;

	while (!second_over(&begin))
		flags |= rtc_read(REG_C);
	return flags;
}

/* Nothing enabled, no flag set, BCD and 24 hours, no alarm that matches, running. */
static void quiet(void)
{
	const struct rtc_time t = { 0x20, 0x24, 0x06, 0x15, 7, 0x12, 0x34, 0x00 };

	rtc_set(B_24H, &t);
	rtc_write(HOURS_ALARM, 0x23);
	rtc_write(MINUTES_ALARM, 0x58);
	rtc_write(SECONDS_ALARM, 0x57);
	rtc_go(0);
	rtc_read(REG_C);
	mask_pic_interrupts();
}

void case_setup(void)
{
	require_msg(rtc_present(), "there is no real time clock");
	quiet();
	case_at_end(quiet);
}
