/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The real time clock for its tests: MC146818 data sheet (Motorola ADI-856), figures 10 to 12 (address map, registers A
 * to D). Time is set and read under SET, so that no test depends on a second that does not turn.
 */
#ifndef RTC_TEST_H
#define RTC_TEST_H

#include "case.h"
#include "patience.h"
#include "asm/io.h"
#include "x86/processor.h"
#include "x86/rtc.h"

#define INDEX_NO_NMI	0x80

enum {
	SECONDS = 0, SECONDS_ALARM, MINUTES, MINUTES_ALARM, HOURS, HOURS_ALARM, WEEKDAY, DAY, MONTH, YEAR,
	REG_A, REG_B, REG_C, REG_D, NVRAM, CENTURY = 0x32, CENTURY_PS2 = 0x37, NVRAM_END = 0x80,
};

#define A_UIP		0x80
#define A_DIVIDER	0x70
#define A_RUN		0x20		/* a crystal of 32,768 Hz */
#define A_RESET		0x60		/* the divider chain is held */
#define A_RATE		0x0f

#define B_SET		0x80
#define B_PIE		0x40
#define B_AIE		0x20
#define B_UIE		0x10
#define B_SQWE		0x08
#define B_BINARY	0x04
#define B_24H		0x02
#define B_DSE		0x01

#define C_IRQF		0x80
#define C_PF		0x40
#define C_AF		0x20
#define C_UF		0x10

#define D_VALID		0x80
#define HOUR_PM		0x80		/* of the hour, with 12 hours */
#define DONT_CARE	0xc0

/* Seconds that what must come within one or two may take on a busy host. */
#define RTC_PATIENCE	10

/* As the registers have it, in the format of register B. */
struct rtc_time {
	u8 century, year, month, day, weekday, hours, minutes, seconds;
};

/* Sets format (bits of B) and time; the clock is frozen until rtc_go(). */
void rtc_set(u8 format, const struct rtc_time *t);
/* Clears SET and enables the interrupts among bits. The divider starts anew: the update is half a second away. */
void rtc_go(u8 enables);
/* All of it, frozen meanwhile by SET. Leaves the clock frozen. */
struct rtc_time rtc_freeze(void);

/* Reads C until one of the flags is there; returns that reading, 0 if it does not come. */
u8 wait_flags(u8 flags);
/* Reads C for somewhat more than a second and returns all flags that came. */
u8 watch_flags(void);
/* Passes somewhat more than a second, as far as the TSC can tell: for what must not happen. */
bool second_over(u64 *begin);

#endif
