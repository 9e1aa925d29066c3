/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting, by the time CSR. */
#ifndef RISCV_ASM_DELAY_H
#define RISCV_ASM_DELAY_H

#include "libcflat.h"
#include "asm/setup.h"

/* Rounded up, so that a wait is never too short. usec: up to an hour at 4 GHz. */
static inline u64 usec_to_cycles(u64 usec)
{
	return (usec * timebase_frequency + 999999) / 1000000;
}

/*
 * Waits until the time CSR has gone on by ticks, or for that many microseconds. Interrupts, if
 * enabled, come meanwhile.
 */
void delay(u64 ticks);
void udelay(unsigned long usec);

#endif
