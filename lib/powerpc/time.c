/* SPDX-License-Identifier: BSD-2-Clause */
/* Clock and delays by the time base, sleeping by the decrementer. */
#include "arch-hooks.h"
#include "powerpc/platform.h"
#include "asm/time.h"

u64 tb_hz;
unsigned int dec_bits = 32;

uint64_t arch_time_ns(void)
{
	static u64 hz, ns_per_tick_shifted;

	if (!tb_hz)
		return 0;
	if (hz != tb_hz) {
		ns_per_tick_shifted = (1000000000ul << 32) / tb_hz;
		hz = tb_hz;
	}
	return (uint64_t)((unsigned __int128)get_tb() * ns_per_tick_shifted >> 32);
}

u64 get_clock_us(void)
{
	return arch_time_ns() / 1000;
}

u64 get_clock_ms(void)
{
	return arch_time_ns() / 1000000;
}

void delay(u64 ticks)
{
	u64 start = get_tb();

	while (get_tb() - start < ticks)
		cpu_relax();
}

void udelay(u64 usec)
{
	assert_msg(tb_hz, "no clock to wait %" PRIu64 " us by", usec);
	delay(usec_to_tb(usec));
}

void mdelay(u64 msec)
{
	udelay(msec * 1000);
}

void sleep_tb(u64 ticks)
{
	u64 end = get_tb() + ticks;
	unsigned long state = arch_irq_save();

	for (s64 left = (s64)ticks; left > 0; left = (s64)(end - get_tb())) {
		dec_set(MIN((u64)left, dec_max()));
		platform->sleep();
	}
	dec_stop();
	arch_irq_restore(state);
}

void usleep(u64 usec)
{
	sleep_tb(usec_to_tb(usec));
}

void msleep(u64 msec)
{
	usleep(msec * 1000);
}
