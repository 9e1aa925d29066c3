/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The real time clock (MC146818 data sheet; its century is at 0x32 on a PC with ACPI). It is taken
 * to run by UTC.
 */
#ifndef X86_RTC_H
#define X86_RTC_H

#include "libcflat.h"
#include "asm/io.h"

#define RTC_INDEX	0x70
#define RTC_DATA	0x71

/* A register, or a byte of its RAM: 0 to 127. NMIs stay let in (bit 7 of the index is 0). */
static inline u8 rtc_read(u8 index)
{
	outb(index, RTC_INDEX);
	return inb(RTC_DATA);
}

static inline void rtc_write(u8 index, u8 value)
{
	outb(index, RTC_INDEX);
	outb(value, RTC_DATA);
}

/* Whether there is one whose contents are valid. */
bool rtc_present(void);
/* Seconds since 1970, never from the middle of an update. */
u64 rtc_seconds(void);

#endif
