// SPDX-License-Identifier: BSD-2-Clause
/*
 * The end of a PC, see poweroff.h. isa-debug-exit: QEMU hw/misc/debugexit.c; resets: Intel ICH9 data sheet (316972),
 * section 13.7.5 (port 0xcf9), 8042: command 0xfe.
 */
#include "arch-hooks.h"
#include "libcflat.h"
#include "x86/poweroff.h"
#include "asm/io.h"

#define PORT_DEBUG_EXIT	0xf4

void exit_by_debug_port(int status)
{
	outl(status, PORT_DEBUG_EXIT);
}

void arch_exit(int status)
{
	exit_by_debug_port(status);
	for (;;)
		__asm__ __volatile__("cli; hlt");
}
