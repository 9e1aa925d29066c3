/* SPDX-License-Identifier: BSD-2-Clause */
/* The clock and waiting, by the virtual counter (Arm ARM, chapter D12), which needs no set-up and is the same on all CPUs. */
#include "arch-hooks.h"
#include "asm/delay.h"
#include "asm/processor.h"

#define NS_PER_S	1000000000ull

/* In two parts, so that nothing overflows: the counter has 64 bits, its frequency at most 32. */
uint64_t arch_time_ns(void)
{
	u64 ticks = get_cntvct(), hz = get_cntfrq();

	if (!hz)
		return 0;
	return ticks / hz * NS_PER_S + ticks % hz * NS_PER_S / hz;
}

void delay(u64 cycles)
{
	u64 start = get_cntvct();

	while (get_cntvct() - start < cycles)
		cpu_relax();
}

void udelay(unsigned long us)
{
	u64 hz = get_cntfrq();

	assert_msg(hz, "CNTFRQ_EL0 is 0: no clock to wait %lu us by", us);
	assert(us < UINT64_MAX / hz);
	delay(us * hz / 1000000 + 1);
}

void mdelay(unsigned long ms)
{
	udelay(ms * 1000);
}
