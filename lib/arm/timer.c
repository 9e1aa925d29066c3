/* SPDX-License-Identifier: BSD-2-Clause */
/* Which interrupts the generic timers have: see asm/timer.h. */
#include "platform.h"
#include "asm/timer.h"

__attribute__((weak)) enum arch_timer timer_meant(enum arch_timer timer)
{
	return timer;
}

int timer_irq(enum arch_timer timer)
{
	static const char *const compatible[] = { "arm,armv8-timer", "arm,armv7-timer" };
	int node = FDT_NONE;

	for (size_t i = 0; i < ARRAY_SIZE(compatible) && node == FDT_NONE; i++)
		node = fdt_find_compatible(&platform.fdt, FDT_NONE, compatible[i]);
	return node == FDT_NONE ? -1 : platform_interrupt(node, timer_meant(timer));
}
