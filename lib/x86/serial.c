/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console of a PC: QEMU's isa-debugcon or Bochs' port 0xe9, which take a whole line in one VM exit, else the UART
 * (16550, National Semiconductor data sheet) at 0x3f8. Not here: lines and locks, which are lib/console.c's.
 */
#include "arch-hooks.h"
#include "libcflat.h"
#include "asm/io.h"

#define PORT_DEBUG	0xe9
#define DEBUG_READBACK	0xe9	/* what reading an existing debug port gives */

#define UART		0x3f8
#define UART_THR	(UART + 0)
#define UART_DLL	(UART + 0)	/* LCR_DLAB set */
#define UART_IER	(UART + 1)
#define UART_DLM	(UART + 1)	/* LCR_DLAB set */
#define UART_FCR	(UART + 2)
#define UART_LCR	(UART + 3)
#define UART_MCR	(UART + 4)
#define UART_LSR	(UART + 5)

#define LCR_8N1		0x03
#define LCR_DLAB	0x80
#define FCR_ENABLE_CLEAR 0x07
#define MCR_DTR_RTS	0x03
#define LSR_THR_EMPTY	0x20
#define FIFO_SIZE	16

/* Polls of the line status for one FIFO; 16 characters at 115200 baud take 1.4 ms, a poll 1 us on hardware. */
#define LSR_POLLS	100000

static enum { UNKNOWN, DEBUG_PORT, SERIAL, NONE } device;

static void uart_init(void)
{
	outb(0, UART_IER);
	outb(LCR_8N1 | LCR_DLAB, UART_LCR);
	outb(1, UART_DLL);
	outb(0, UART_DLM);
	outb(LCR_8N1, UART_LCR);
	outb(FCR_ENABLE_CLEAR, UART_FCR);
	outb(MCR_DTR_RTS, UART_MCR);
}

static void find_device(void)
{
	if (inb(PORT_DEBUG) == DEBUG_READBACK) {
		device = DEBUG_PORT;
		return;
	}
	/* An absent port floats. */
	device = inb(UART_LSR) == 0xff ? NONE : SERIAL;
	if (device == SERIAL)
		uart_init();
}

/* An empty transmitter takes a whole FIFO. One that never empties loses text, not the test. */
static void uart_write(const char *data, size_t len)
{
	while (len) {
		size_t part = len < FIFO_SIZE ? len : FIFO_SIZE;

		for (int polls = 0; !(inb(UART_LSR) & LSR_THR_EMPTY); polls++)
			if (polls == LSR_POLLS)
				return;
		outsb(UART_THR, data, part);
		data += part;
		len -= part;
	}
}

void arch_console_write(const char *data, size_t len)
{
	if (device == UNKNOWN)
		find_device();
	if (device == DEBUG_PORT)
		outsb(PORT_DEBUG, data, len);
	else if (device == SERIAL)
		uart_write(data, len);
}
