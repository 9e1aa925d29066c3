/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the real time clock: see rtc.h. */
#include "patience.h"
#include "x86/rtc.h"

#define REG_A		0x0a
#define A_UPDATE	0x80		/* in progress, or within 244 us */
#define REG_B		0x0b
#define B_BINARY	0x04
#define B_24_HOURS	0x02
#define REG_D		0x0d
#define D_VALID		0x80

enum { SECOND, MINUTE, HOUR, DAY, MONTH, YEAR, CENTURY, FIELDS };
static const u8 registers[FIELDS] = { 0, 2, 4, 7, 8, 9, 0x32 };

#define PM		0x80		/* of the hour, with 12 hours */

bool rtc_present(void)
{
	return rtc_read(REG_D) == D_VALID;
}

/* An update takes 2 ms, once a second; a clock that is stuck in one, or changes all the time, is broken. */
#define PATIENCE	5		/* seconds */

static void wait_no_update(struct patience *patience)
{
	while (rtc_read(REG_A) & A_UPDATE)
		if (patience_over(patience, PATIENCE))
			report_abort("real time clock: an update does not end");
}

static void read_fields(u8 *fields)
{
	struct patience patience = { 0 };
	u8 again[FIELDS];

	for (;;) {
		wait_no_update(&patience);
		for (int i = 0; i < FIELDS; i++)
			fields[i] = rtc_read(registers[i]);
		for (int i = 0; i < FIELDS; i++)
			again[i] = rtc_read(registers[i]);
		if (!memcmp(fields, again, FIELDS))
			return;
		if (patience_over(&patience, PATIENCE))
			report_abort("real time clock: no two readings are the same");
	}
}

static u32 from_bcd(u8 value)
{
	return (value >> 4) * 10 + (value & 15);
}

/*
 * Days from 1970 to a day of the Gregorian calendar; years are counted from March, so that a leap
 * day is the last.
 */
static u32 days_since_1970(u32 year, u32 month, u32 day)
{
	year -= month <= 2;
	month = (month + 9) % 12;
	return year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1 -
	       719468;
}

u64 rtc_seconds(void)
{
	u8 format, raw[FIELDS];
	u32 f[FIELDS];
	bool pm;

	read_fields(raw);
	format = rtc_read(REG_B);
	pm = raw[HOUR] & PM;
	if (!(format & B_24_HOURS))
		raw[HOUR] &= ~PM;
	for (int i = 0; i < FIELDS; i++)
		f[i] = format & B_BINARY ? raw[i] : from_bcd(raw[i]);
	if (!(format & B_24_HOURS))
		f[HOUR] = f[HOUR] % 12 + (pm ? 12 : 0);
	/* The century is BCD always; where the register is not there it reads 0. */
	f[CENTURY] = from_bcd(raw[CENTURY]);
	if (f[CENTURY] < 19)
		f[CENTURY] = 20;
	return (u64)days_since_1970(f[CENTURY] * 100 + f[YEAR], f[MONTH], f[DAY]) * 86400 +
	       f[HOUR] * 3600 + f[MINUTE] * 60 + f[SECOND];
}
