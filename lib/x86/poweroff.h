/* SPDX-License-Identifier: BSD-2-Clause */
/* The ways in which a PC ends: arch_exit() tries them in this order. */
#ifndef X86_POWEROFF_H
#define X86_POWEROFF_H

enum exit_way {
	EXIT_DEBUG_PORT, EXIT_CHIPSET, EXIT_ACPI, EXIT_RESET_PORT, EXIT_KEYBOARD_CONTROLLER, EXIT_TRIPLE_FAULT,
};

/* For the test of a way: arch_exit() tries this one alone, and hangs if it does not work. */
void exit_only_by(enum exit_way way);

/* Each alone. They return if they do not work here. */

/* Port 0xf4, QEMU's isa-debug-exit: the machine ends with (status << 1) | 1. */
void exit_by_debug_port(int status);
/* S5 by PM1 control of a chip set that is known (PIIX4, ICH9), set up if no firmware did: no tables are needed. */
void exit_by_chipset(void);
/* S5 through the FADT: PM1 control, or the sleep register of hardware-reduced ACPI. */
void exit_by_acpi(void);
/* A reset: port 0xcf9, the keyboard controller, a triple fault. */
void exit_by_reset_port(void);
void exit_by_keyboard_controller(void);
_Noreturn void exit_by_triple_fault(void);

#endif
