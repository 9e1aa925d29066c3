/* SPDX-License-Identifier: BSD-2-Clause */
/* What the loader says, in one form for both protocols. For setup.c; tests see it by arch-hooks.h and memory_map.h. */
#ifndef X86_BOOT_INFO_H
#define X86_BOOT_INFO_H

#include "libcflat.h"

struct boot_info {
	const char *command_line;	/* without an image name; NULL: none */
	const char *environment;	/* the first module; NULL: none */
	size_t environment_len;
	u64 rsdp;			/* physical address that the loader names (PVH); 0: not named */
};

extern struct boot_info boot_info;

/*
 * Reads the block at info into boot_info and memory_map.h, and keeps what the loader left there out of usable memory.
 * Aborts on a block that cannot be true.
 */
void read_multiboot_info(u32 info);
void read_pvh_info(u32 info);

#endif
