/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of devices at I/O ports. */
#include <stddef.h>
#include "../lib/hostop.h"
#include "device.h"
#include "platform_x86_64.h"

const uint16_t arch_console_port = PORT_DEBUGCON;

const struct port_device arch_ports[] = {
	{ PORT_PIT, PORT_PIT + 3, pit_out, pit_in },
	{ PORT_SPEAKER, PORT_SPEAKER, speaker_out, speaker_in },
	{ PORT_KEYBOARD, PORT_KEYBOARD, keyboard_out, keyboard_in },
	{ PORT_A20, PORT_A20, NULL, a20_in },
	{ PORT_DEBUGCON, PORT_DEBUGCON, debugcon_out, debugcon_in },
	{ PORT_EXIT, PORT_EXIT + 3, exit_out, exit_in },
	{ PORT_UART, PORT_UART + 7, uart_out, uart_in },
	{ HOSTOP_PORT, HOSTOP_PORT + 3, hostop_out, hostop_in },
	{ PORT_SLEEP, PORT_SLEEP + 1, power_out, power_in },
	{ PORT_RESET, PORT_RESET, reset_out, NULL },
	{ .out = NULL },
};
