/* SPDX-License-Identifier: BSD-2-Clause */
/* The console: a PL011 (DDI 0183, chapter 3), set up as firmware or the VMM left it. Only sends. */
#include "arch-hooks.h"
#include "platform.h"
#include "asm/io.h"

#define UARTDR		0x00
#define UARTFR		0x18
#define FR_TXFF		(1u << 5)	/* the FIFO is full */
#define TRIES		100000

static void wait_for_room(char *uart)
{
	for (int i = 0; i < TRIES && readl(uart + UARTFR) & FR_TXFF; i++)
		arch_cpu_relax();
}

void arch_console_write(const char *data, size_t len)
{
	char *uart = phys_to_virt(platform.uart);

	if (!platform.uart)
		return;
	for (size_t i = 0; i < len; i++) {
		wait_for_room(uart);
		__raw_writel((u8)data[i], uart + UARTDR);
	}
}
