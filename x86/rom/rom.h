/* SPDX-License-Identifier: BSD-2-Clause */
/* What the ROM uses of low memory while it works, and what it leaves there for the image. */
#ifndef ROM_H
#define ROM_H

#define ROM_DIRECTORY	0x00080000	/* the file list of fw_cfg, 32 KiB */
#define ROM_E820	0x00088000	/* the file etc/e820, up to ROM_STACK_TOP less some stack */
#define ROM_STACK_TOP	0x00090000

/*
 * High in low memory, where neither the CPUs' trampoline nor a test of real mode writes, and below the extended BIOS
 * data area, where a firmware would end low memory.
 */
#define ROM_COMMAND_LINE 0x00090000	/* PVH only: 48 KiB */
#define ROM_INFO	0x0009c000	/* the information block, then its lists */
#define ROM_INFO_END	0x0009f000
#define LOW_RAM_END	0x0009fc00
#define HIGH_RAM_START	0x00100000

#endif
