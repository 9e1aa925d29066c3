/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's physical memory, on the host: guest_alloc.c's arena. */
#ifndef GUEST_ASM_IO_H
#define GUEST_ASM_IO_H

#include "libcflat.h"

extern char *guest_arena;	/* physical address 0 */

static inline phys_addr_t virt_to_phys(const volatile void *virt)
{
	return (uintptr_t)virt - (uintptr_t)guest_arena;
}

static inline void *phys_to_virt(phys_addr_t phys)
{
	return guest_arena + phys;
}

#endif
