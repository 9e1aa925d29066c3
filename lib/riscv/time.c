/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clock, delays and the timer, all by the time CSR (Unprivileged ISA, section 10.1) and its
 * frequency.
 */
#include "arch-hooks.h"
#include "asm/delay.h"
#include "asm/processor.h"
#include "asm/sbi.h"
#include "asm/timer.h"

#define NEVER	(~0ul)

unsigned long timebase_frequency;

uint64_t arch_time_ns(void)
{
	static unsigned long frequency, ns_per_tick_shifted;

	if (!timebase_frequency)
		return 0;
	if (frequency != timebase_frequency) {
		ns_per_tick_shifted = (1000000000ul << 32) / timebase_frequency;
		frequency = timebase_frequency;
	}
	return (uint64_t)((unsigned __int128)csr_read(CSR_TIME) * ns_per_tick_shifted >> 32);
}

void delay(u64 ticks)
{
	u64 start = timer_get_cycles();

	while (timer_get_cycles() - start < ticks)
		cpu_relax();
}

void udelay(unsigned long usec)
{
	assert_msg(timebase_frequency, "no clock to wait %lu us by", usec);
	delay(usec_to_cycles(usec));
}

/*
 * stimecmp traps where the hart lacks it, and where menvcfg.STCE forbids it (Sstc 1.0, chapter 2).
 */
bool timer_has_sstc(void)
{
	static int known;
	unsigned long value = 0;
	struct trap_record before = *trap_record();

	if (!known)
		known = trap_try("csrr %0, " xstr(CSR_STIMECMP), "+r" (value), "r" (0)) ? -1 : 1;
	trap_record_restore(&before);
	return known > 0;
}

void timer_set(u64 ticks)
{
	if (timer_has_sstc())
		csr_write(CSR_STIMECMP, ticks);
	else
		sbi_set_timer(ticks);
}

void timer_start(unsigned long duration_us)
{
	timer_set(timer_get_cycles() + usec_to_cycles(duration_us));
}

void timer_stop(void)
{
	timer_set(NEVER);
}
