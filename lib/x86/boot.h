/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How an x86 image is entered and what it is told: the constants of Multiboot 0.6.96 and of PVH (Xen's
 * start_info ABI), and what the start code hands to C. Also included by assembly.
 */
#ifndef X86_BOOT_H
#define X86_BOOT_H

#define MULTIBOOT_HEADER_MAGIC		0x1badb002	/* section 3.1.2 */
#define MULTIBOOT_HEADER_FLAGS		0x00000003	/* modules page-aligned, memory information wanted */
#define MULTIBOOT_BOOT_MAGIC		0x2badb002	/* section 3.2, EAX */
#define PVH_START_MAGIC			0x336ec578	/* start_info.magic */
#define PVH_NOTE_PHYS32_ENTRY		18		/* XEN_ELFNOTE_PHYS32_ENTRY */

/* Which protocol entered the image: first argument of x86_start(). */
#define BOOT_MULTIBOOT			1
#define BOOT_PVH			2

#define BOOT_STACK_SIZE			65536

#ifndef __ASSEMBLER__
#include <stdint.h>

/* First C code: the boot CPU, flat memory, interrupts off, stack set. info: physical address of the information block. */
_Noreturn void x86_start(uint32_t protocol, uint32_t info);
#endif

#endif
