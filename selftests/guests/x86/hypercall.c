/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hypercall in ring 0: there is a KVM whose emulator livelocks in the kernel with it, until a
 * signal comes.
 */
#include "libcflat.h"

int main(void)
{
	unsigned long number = 0x7fffffff;

	asm volatile(".byte 0x0f, 0x01, 0xc1" : "+a" (number) : : "memory");
	report_pass("the hypercall ended with %#lx", number);
	return report_summary();
}
