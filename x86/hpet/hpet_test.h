/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The HPET for its tests: IA-PC HPET specification 1.0a, section 2.3 (registers), 3.2.4 (ACPI
 * table). Registers are accessed by halves of 32 bits, which every implementation has; accesses of
 * 64 bits are a subject of their own (access.c).
 */
#ifndef HPET_TEST_H
#define HPET_TEST_H

#include "case.h"
#include "patience.h"
#include "asm/io.h"

/* Section 2.3.1. The upper half of a register of 64 bits is 4 further on. */
#define CAPABILITY	0x000
#define CONFIG		0x010
#define STATUS		0x020
#define COUNTER		0x0f0
#define TIMER_CONFIG(n)		(0x100 + 0x20 * (n))
#define TIMER_COMPARATOR(n)	(0x108 + 0x20 * (n))
#define TIMER_FSB(n)		(0x110 + 0x20 * (n))	/* value; the address is the upper half */
#define UPPER		4

/* The lower half of the capabilities, 2.3.4; the upper one is the period in femtoseconds. */
#define CAP_REVISION	0x000000ffu
#define CAP_LAST_TIMER	0x00001f00u
#define CAP_TIMER	0x00000100u
#define CAP_64BIT	0x00002000u
#define CAP_RESERVED	0x00004000u
#define CAP_LEGACY	0x00008000u
#define PERIOD_MAX	100000000u

/* 2.3.5 */
#define ENABLE		1u
#define LEGACY		2u

/* The lower half of a timer's configuration, 2.3.8; the upper one is its INT_ROUTE_CAP. */
#define LEVEL		0x0002u
#define INTERRUPTS	0x0004u
#define PERIODIC	0x0008u
#define CAN_PERIODIC	0x0010u
#define CAN_64BIT	0x0020u
#define SET_VALUE	0x0040u
#define MODE_32BIT	0x0100u
#define ROUTE(line)	((line) << 9)
#define ROUTE_MASK	ROUTE(31u)
#define FSB		0x4000u
#define CAN_FSB		0x8000u
#define TIMER_RESERVED	0xffff0081u

#define MAX_TIMERS	32

/* Seconds that what must come at once may take on a busy host. */
#define HPET_PATIENCE	10

/* What the registers held before the first case, for the values after a reset. */
struct hpet_state {
	u32 config, status;
	u64 counter;
	struct {
		u32 config;
		u64 comparator;
	} timer[MAX_TIMERS];
};
extern struct hpet_state hpet_reset_state;

/* What the ACPI table says: the capabilities' lower half. */
extern u32 hpet_acpi_id;
extern u8 *hpet_base;
extern unsigned int hpet_timers;

static inline u32 hpet_read(u32 reg)
{
	return readl(hpet_base + reg);
}

static inline void hpet_write(u32 reg, u32 value)
{
	writel(value, hpet_base + reg);
}

/* Both halves of what stands still. */
static inline u64 hpet_read_pair(u32 reg)
{
	u32 low = hpet_read(reg);

	return low | (u64)hpet_read(reg + UPPER) << 32;
}

static inline void hpet_write_pair(u32 reg, u64 value)
{
	hpet_write(reg, value);
	hpet_write(reg + UPPER, value >> 32);
}

/* The main counter, running or not. */
u64 hpet_counter(void);
/* Ticks of the main counter in that many microseconds. */
u32 hpet_ticks(u32 us);
/* Halts the counter; every timer keeps what it has. */
void hpet_halt(void);
/* Halts it and gives it a value. */
void hpet_set_counter(u64 value);
/* Lets it run, with legacy replacement where modes has LEGACY. */
void hpet_run(u32 modes);
/* Whether the running counter reaches value. */
bool hpet_wait_counter(u64 value);
/*
 * The same of a level-triggered timer's status bit: the handshake behind which an earlier interrupt
 * has been sent.
 */
bool hpet_wait_status(unsigned int timer);

#endif
