/* SPDX-License-Identifier: BSD-2-Clause */
/* The doorbell of host operations on x86: a port, see hostop.h. */
#include "hostcall.h"
#include "asm/io.h"

u32 arch_hostop_magic(void)
{
	return inl(HOSTOP_PORT);
}

/* The compiler must have written the request, and must read the answer. */
void arch_hostop_ring(u32 address)
{
	asm volatile("" : : : "memory");
	outl(address, HOSTOP_PORT);
	asm volatile("" : : : "memory");
}
