/* SPDX-License-Identifier: BSD-2-Clause */
/* The real time clock (MC146818 data sheet; its century is at 0x32 on a PC with ACPI). It is taken to run by UTC. */
#ifndef X86_RTC_H
#define X86_RTC_H

#include "libcflat.h"

/* Whether there is one whose contents are valid. */
bool rtc_present(void);
/* Seconds since 1970, never from the middle of an update. */
u64 rtc_seconds(void);

#endif
