/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The TOD clock, clock comparator and CPU timer (Principles of Operation, chapter 4, "Timing"): bit
 * 51 is a microsecond.
 */
#ifndef S390X_ASM_TIME_H
#define S390X_ASM_TIME_H

#include "libcflat.h"

#define S390_CLOCK_SHIFT_US	(63 - 51)
#define STCK_SHIFT_US		(63 - 51)
#define STCK_MAX		((1UL << 52) - 1)
#define CPU_TIMER_SHIFT_US	(63 - 51)

/* Returns the condition code: 0 the clock was set, 1 not allowed. */
static inline int sck(u64 *time)
{
	int cc;

	__asm__ __volatile__("sck %1\n\tipm %0\n\tsrl %0,28" : "=d" (cc) : "Q" (*time) : "cc");
	return cc;
}

static inline int stck(u64 *time)
{
	int cc;

	__asm__ __volatile__("stck %1\n\tipm %0\n\tsrl %0,28"
			     : "=d" (cc), "=Q" (*time)
			     :
			     : "cc", "memory");
	return cc;
}

/* Not unique, and need not be serialized. */
static inline int stckf(u64 *time)
{
	int cc;

	__asm__ __volatile__("stckf %1\n\tipm %0\n\tsrl %0,28"
			     : "=d" (cc), "=Q" (*time)
			     :
			     : "cc", "memory");
	return cc;
}

/* 16 bytes: epoch index, TOD, programmable field. */
static inline int stcke(void *time)
{
	int cc;

	__asm__ __volatile__("stcke %1\n\tipm %0\n\tsrl %0,28"
			     : "=d" (cc), "=Q" (*(char(*)[16])time)
			     :
			     : "cc");
	return cc;
}

static inline u64 get_clock_us(void)
{
	u64 clock;

	stck(&clock);
	return clock >> STCK_SHIFT_US;
}

static inline u64 get_clock_ms(void)
{
	return get_clock_us() / 1000;
}

static inline void udelay(unsigned long us)
{
	u64 start = get_clock_us();

	while (get_clock_us() - start < us)
		barrier();
}

static inline void mdelay(unsigned long ms)
{
	udelay(ms * 1000);
}

/* Signed: below zero it is pending. */
static inline void cpu_timer_set(s64 value)
{
	__asm__ __volatile__("spt %0" : : "Q" (value));
}

static inline void cpu_timer_set_ms(s64 ms)
{
	cpu_timer_set((ms * 1000) << CPU_TIMER_SHIFT_US);
}

static inline s64 cpu_timer_get(void)
{
	s64 value;

	__asm__ __volatile__("stpt %0" : "=Q" (value) : : "memory");
	return value;
}

/* Pending while the clock is greater than the value. */
static inline void clock_comparator_set(u64 value)
{
	__asm__ __volatile__("sckc %0" : : "Q" (value));
}

static inline u64 clock_comparator_get(void)
{
	u64 value;

	__asm__ __volatile__("stckc %0" : "=Q" (value) : : "memory");
	return value;
}

#endif
