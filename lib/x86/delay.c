/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting: see delay.h. */
#include "x86/delay.h"
#include "x86/processor.h"
#include "asm/io.h"

#define PORT_POST	0x80	/* writes there are seen by diagnostic cards only */

void delay(u64 ticks)
{
	u64 start = rdtsc();

	while (rdtsc() - start < ticks)
		pause();
}

void udelay(u64 us)
{
	u64 hz = tsc_frequency();

	assert_msg(hz, "no clock to wait %" PRIu64 " us by", us);
	assert(us < UINT64_MAX / hz);
	delay(us * hz / 1000000);
}

void io_delay(void)
{
	outb(0, PORT_POST);
}
