/* SPDX-License-Identifier: BSD-2-Clause */
/* The ways in which a PC ends, each alone: arch_exit() tries them in this order. Each returns if it does not work here. */
#ifndef X86_POWEROFF_H
#define X86_POWEROFF_H

/* Port 0xf4, QEMU's isa-debug-exit: the machine ends with (status << 1) | 1. */
void exit_by_debug_port(int status);
/* ACPI's S5 through the FADT: PM1 control, or the sleep register of hardware-reduced ACPI. */
void exit_by_acpi(void);
/* The same without tables: PM1 control of a chip set that is known (PIIX4, ICH9), set up if no firmware did. */
void exit_by_chipset(void);
/* A reset: port 0xcf9, the keyboard controller, a triple fault. */
void exit_by_reset_port(void);
void exit_by_keyboard_controller(void);
_Noreturn void exit_by_triple_fault(void);

#endif
