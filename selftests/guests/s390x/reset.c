/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: the guest resets the machine by DIAG 0x308 in the middle of a case. Verdict: crash. */
#include "case.h"

CASE(reset, "calls DIAG 0x308, load clear: IPL again")
{
	expect(true);
	__asm__ volatile("lghi %%r3,3\n\tdiag %%r2,%%r3,0x308" : : : "r2", "r3", "memory");
	for (;;)
		;
}
