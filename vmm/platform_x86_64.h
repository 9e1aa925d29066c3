/* SPDX-License-Identifier: BSD-2-Clause */
/* The addresses of the x86 machine: a PC without a firmware. docs/vmm.md describes it. */
#ifndef VMM_PLATFORM_X86_64_H
#define VMM_PLATFORM_X86_64_H

#define PORT_PIT	0x40		/* KVM's, once it is wanted: dev_pit_x86_64.c */
#define PORT_SPEAKER	0x61
#define PORT_KEYBOARD	0x64		/* 8042: reset only */
#define PORT_A20	0x92
#define PORT_DEBUGCON	0xe9
#define PORT_EXIT	0xf4
#define PORT_UART	0x3f8
#define PORT_SLEEP	0x600		/* ACPI's sleep control and status registers */
#define PORT_RESET	0xcf9

#define LOW_RAM_END	0x9fc00ull	/* what follows up to 1 MiB is RAM, but not said to be */
#define LANDMINES	0x1000ull	/* invalid opcodes, up to 1 MiB, but for what follows */
#define BOOT_INFO	0x9c000ull	/* start_info, then its lists, up to BOOT_INFO_END */
#define BOOT_INFO_END	0x9f000ull
#define COMMAND_LINE	0x90000ull	/* up to BOOT_INFO */
#define ACPI_TABLES	0xe0000ull	/* up to 1 MiB */
#define ACPI_TABLES_END	0x100000ull
#define HIGH_RAM	0x100000ull
#define RAM_BELOW_4G	0xc0000000ull	/* the most; the rest begins at 4 GiB */
#define FOUR_GIB	0x100000000ull
#define TSS_ADDRESS	0xfffbd000ull	/* three pages that VMX wants */
#define IDENTITY_MAP	0xfffbc000ull	/* and one more */

#define SLOT_LOW	0		/* KVM's memory slots */
#define SLOT_HIGH	1

#endif
