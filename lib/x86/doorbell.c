/* SPDX-License-Identifier: BSD-2-Clause */
/* The doorbell of host operations on x86: a port, see hostop.h. */
#include "arch-hooks.h"
#include "hostop.h"
#include "libcflat.h"
#include "asm/io.h"

uint32_t arch_hostop_magic(void)
{
	return inl(HOSTOP_PORT);
}

/* The compiler must have written the request, and must read the answer. */
void arch_hostop_ring(uint32_t address)
{
	asm volatile("" : : : "memory");
	outl(address, HOSTOP_PORT);
	asm volatile("" : : : "memory");
}
