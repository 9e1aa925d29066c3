/* SPDX-License-Identifier: BSD-2-Clause */
/* The console: a PL011 (DDI 0183, chapter 3), set up as firmware or the VMM left it; without one, virtio's. Only sends. */
#include "arch-hooks.h"
#include "platform.h"
#include "virtio-console.h"
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

static void pl011_write(char *uart, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		wait_for_room(uart);
		__raw_writel((u8)data[i], uart + UARTDR);
	}
}

void arch_console_write(const char *data, size_t len)
{
	if (platform.uart)
		pl011_write(phys_to_virt(platform.uart), data, len);
	else if (platform.virtio_console)
		virtio_console_write(phys_to_virt(platform.virtio_console), data, len);
}
