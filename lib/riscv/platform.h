/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The devices that console and exit use: found in the device tree by setup.c; before that only SBI
 * is there.
 */
#ifndef RISCV_PLATFORM_H
#define RISCV_PLATFORM_H

#include "libcflat.h"

extern struct platform {
	volatile u8 *uart;		/* NULL: none. ns16550a */
	unsigned int uart_shift;	/* of its registers' numbers */
	volatile u32 *finisher;		/* NULL: none. sifive,test0 */
	bool firmware_spoke; /* the firmware may have left a line open on the same console */
} platform;

/* Waits until the UART has sent all that it was given. */
void uart_drain(void);

#endif
