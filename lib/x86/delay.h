/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting, and how fast the time stamp counter runs. arch_time_ns() is made of the latter: clock.c. */
#ifndef X86_DELAY_H
#define X86_DELAY_H

#include "libcflat.h"

/* Some milliseconds: what an IPI may take to arrive, on an emulator with more vCPUs than the host has CPUs. */
#define IPI_DELAY	10000000
/* About a second: how long a test waits for what must come. */
#define WAIT_TICKS	2000000000ull

/* Waits until the time stamp counter of this CPU has gone on by ticks. Interrupts, if enabled, come meanwhile. */
void delay(u64 ticks);
/* Waits for that many microseconds; aborts where the frequency is not known. */
void udelay(u64 us);
/* As long as an access to a slow port of the ISA bus takes, about a microsecond on hardware. */
void io_delay(void);

/*
 * Hz; 0 if there is no counter or nothing to measure it by. What CPUID or KVM's clock does not say is measured at the
 * first call, which takes half a millisecond.
 */
u64 tsc_frequency(void);

#endif
