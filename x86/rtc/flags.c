/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flags of the MC146818 (data sheet, registers B and C, "Interrupts"): each is set whether it is enabled or not,
 * IRQF = PF*PIE + AF*AIE + UF*UIE, and a read of C clears them all. Alarms: what matches and what does not.
 */
#include "rtc_test.h"

static const struct rtc_time start = { 0x20, 0x24, 0x06, 0x15, 7, 0x12, 0x34, 0x30 };

static void alarm(u8 hours, u8 minutes, u8 seconds)
{
	rtc_write(HOURS_ALARM, hours);
	rtc_write(MINUTES_ALARM, minutes);
	rtc_write(SECONDS_ALARM, seconds);
}

/* Frozen: what C holds cannot change but by being read. Rate 0: no PF. */
static void stop(void)
{
	rtc_write(REG_A, A_RESET);
}

CASE(uf, "an update sets UF, alone where nothing is enabled")
{
	expect_eq(wait_flags(C_UF), C_UF);
}

CASE(uf_irqf, "with UIE IRQF is set with it")
{
	rtc_write(REG_B, B_UIE | B_24H);
	rtc_read(REG_C);
	expect_eq(wait_flags(C_UF), C_IRQF | C_UF);
}

CASE(c_read_clears, "a read of C clears all of it")
{
	rtc_set(B_24H, &start);
	alarm(DONT_CARE, DONT_CARE, DONT_CARE);
	rtc_go(B_AIE | B_UIE);
	expect_eq(wait_flags(C_UF), C_IRQF | C_AF | C_UF);
	stop();
	rtc_read(REG_C);
	expect_eq(rtc_read(REG_C), 0);
}

/* Lets an update happen, and the clock stop behind it, without a look at C: by the seconds, which count when UIP is clear. */
static void one_update(u8 enables)
{
	struct patience patience = { 0 };

	rtc_set(B_24H, &start);
	rtc_go(enables);
	while (rtc_read(SECONDS) == start.seconds || (rtc_read(REG_A) & A_UIP))
		insist(!patience_over(&patience, RTC_PATIENCE));
	stop();
}

CASE(others_reads, "reads of A, B, D and the time leave C as it is")
{
	one_update(B_UIE);
	for (u8 i = 0; i < NVRAM_END; i++)
		if (i != REG_C)
			rtc_read(i);
	expect_eq(rtc_read(REG_C), C_IRQF | C_UF);
}

CASE(enable_late, "UIE behind the update sets IRQF at once: it is UF and UIE")
{
	one_update(0);
	rtc_write(REG_B, B_UIE | B_24H);
	expect_eq(rtc_read(REG_C), C_IRQF | C_UF);
}

CASE(disable_late, "UIE taken away behind the update clears IRQF, and leaves UF")
{
	one_update(B_UIE);
	rtc_write(REG_B, B_24H);
	expect_eq(rtc_read(REG_C), C_UF);
}

CASE(other_enable, "UF with AIE and PIE, but not UIE: no IRQF")
{
	one_update(B_AIE | B_PIE);
	expect_eq(rtc_read(REG_C), C_UF);
}

CASE(uf_survives_set, "SET clears UIE, so that IRQF goes; UF stays")
{
	one_update(B_UIE);
	rtc_write(REG_B, B_SET | B_24H);
	expect_eq(rtc_read(REG_C), C_UF);
}

/* The alarm and a time one second before it. */
#define ALARM(name, description, format, hours_, wanted, ...)				\
	CASE(name, description)								\
	{										\
		struct rtc_time t = start;						\
		u8 c;									\
											\
		t.hours = hours_;							\
		rtc_set(format, &t);							\
		alarm(__VA_ARGS__);							\
		rtc_go(0);								\
		c = wait_flags(C_UF);							\
		expect_eq(c & (C_IRQF | C_AF | C_UF), (wanted) | C_UF);			\
	}

ALARM(alarm_match, "the alarm sets AF, without AIE no IRQF", B_24H, 0x12, C_AF, 0x12, 0x34, 0x31)
ALARM(alarm_second, "no AF if the seconds differ", B_24H, 0x12, 0, 0x12, 0x34, 0x45)
ALARM(alarm_minute, "no AF if the minutes differ", B_24H, 0x12, 0, 0x12, 0x35, 0x31)
ALARM(alarm_hour, "no AF if the hours differ", B_24H, 0x12, 0, 0x13, 0x34, 0x31)
ALARM(alarm_present, "an alarm for the second that was set is not met by the next one", B_24H, 0x12, 0, 0x12, 0x34, 0x30)
ALARM(alarm_any_hour, "an hour of 0xc0 matches any", B_24H, 0x12, C_AF, 0xc0, 0x34, 0x31)
ALARM(alarm_any_minute, "so does a minute of 0xff", B_24H, 0x12, C_AF, 0x12, 0xff, 0x31)
ALARM(alarm_any_second, "so does a second of 0xd5", B_24H, 0x12, C_AF, 0x12, 0x34, 0xd5)
ALARM(alarm_any_but_minute, "hours and seconds of any kind, another minute: no AF", B_24H, 0x12, 0, 0xff, 0x36, 0xff)
ALARM(alarm_pm, "12 hours: an alarm in the afternoon", 0, 0x83, C_AF, 0x83, 0x34, 0x31)
ALARM(alarm_am, "12 hours: the same in the morning is another time", 0, 0x83, 0, 0x03, 0x34, 0x31)
ALARM(alarm_midnight, "12 hours: 12 am", 0, 0x12, C_AF, 0x12, 0x34, 0x31)

CASE(alarm_binary, "an alarm in binary")
{
	const struct rtc_time t = { 20, 24, 6, 15, 7, 19, 58, 58 };

	rtc_set(B_BINARY | B_24H, &t);
	alarm(19, 58, 59);
	rtc_go(B_AIE);
	expect_eq(wait_flags(C_AF), C_IRQF | C_AF | C_UF);
}

CASE(alarm_every_second, "an alarm that matches any time sets AF with every update")
{
	rtc_set(B_24H, &start);
	alarm(DONT_CARE, DONT_CARE, DONT_CARE);
	rtc_go(B_AIE);
	for (int i = 0; i < 3; i++)
		expect_eq(wait_flags(C_UF), C_IRQF | C_AF | C_UF);
}

CASE(pf, "PF is set at the periodic rate, whether PIE is set or not")
{
	rtc_set(B_24H, &start);
	rtc_go(0);
	rtc_write(REG_A, A_RUN | 6);
	expect_eq(wait_flags(C_PF) & (C_PF | C_IRQF), C_PF);
}

CASE(pf_irqf, "with PIE IRQF is set with it")
{
	rtc_set(B_24H, &start);
	rtc_go(B_PIE);
	rtc_write(REG_A, A_RUN | 6);
	expect_eq(wait_flags(C_PF) & (C_PF | C_IRQF), C_PF | C_IRQF);
}

CASE(pf_rates, "every rate from 1 to 15 sets PF")
{
	for (u8 rate = 1; rate <= A_RATE; rate++) {
		rtc_write(REG_B, B_PIE | B_24H);
		rtc_write(REG_A, A_RUN | rate);
		rtc_read(REG_C);
		expect_msg(wait_flags(C_PF), "rate %u", rate);
	}
}

CASE(pf_rate_zero, "rate 0 sets no PF")
{
	rtc_write(REG_B, B_PIE | B_24H);
	rtc_write(REG_A, A_RUN);
	rtc_read(REG_C);
	expect_eq(watch_flags() & C_PF, 0);
}

CASE(pf_two_a_second, "rate 15: not more than two PFs a second")
{
	struct rtc_time t;
	int n = 0;

	rtc_set(B_24H, &start);
	rtc_go(B_PIE);
	rtc_write(REG_A, A_RUN | 15);
	for (u64 begin = 0; !second_over(&begin);)
		n += !!(rtc_read(REG_C) & C_PF);
	t = rtc_freeze();
	/* Up to two before the first update, two behind the last. */
	expect_le(n, 2 * ((t.minutes - start.minutes) * 60 + (t.seconds >> 4) * 10 + (t.seconds & 15) - 30) + 4);
	expect_ge(n, 1);
}

CASE(pf_under_set, "SET stops updates, not the periodic flag")
{
	rtc_set(B_24H | B_PIE, &start);
	rtc_write(REG_A, A_RUN | 6);
	expect_eq(wait_flags(C_PF), C_PF | C_IRQF);
}
