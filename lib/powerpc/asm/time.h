/* SPDX-License-Identifier: BSD-2-Clause */
/* The time base, waiting, and the decrementer (Power ISA 3.1B, Book III, sections 8.2 and 8.4). */
#ifndef POWERPC_ASM_TIME_H
#define POWERPC_ASM_TIME_H

#include "libcflat.h"
#include "asm/processor.h"
#include "asm/setup.h"

static inline u64 get_tb(void)
{
	return mfspr(SPR_TB);
}

u64 get_clock_us(void);
u64 get_clock_ms(void);

/* Ticks of so many microseconds, rounded up. */
static inline u64 usec_to_tb(u64 usec)
{
	return (usec * tb_hz + 999999) / 1000000;
}

/* Busy waiting: ticks of the time base, microseconds, milliseconds. */
void delay(u64 ticks);
void udelay(u64 usec);
void mdelay(u64 msec);
/*
 * Waiting asleep until the decrementer ends it, with interrupts on, as they are found again
 * afterwards.
 */
void usleep(u64 usec);
void msleep(u64 msec);
void sleep_tb(u64 ticks);

/* The largest value of the decrementer: no interrupt for as long as it can be. */
static inline u64 dec_max(void)
{
	return (1ul << (dec_bits - 1)) - 1;
}

static inline void dec_set(u64 ticks)
{
	mtspr(SPR_DEC, ticks);
}

static inline void dec_stop(void)
{
	dec_set(dec_max());
}

/* The decrementer, signed. */
static inline s64 dec_get(void)
{
	unsigned int shift = 64 - dec_bits;

	return (s64)(mfspr(SPR_DEC) << shift) >> shift;
}

#endif
