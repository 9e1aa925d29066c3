/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: the guest resets the machine through port 0xcf9 in the middle of a case. Verdict: crash. */
#include "case.h"

CASE(reset, "writes the reset control register")
{
	expect(true);
	__asm__ volatile("outb %b0, %w1" : : "a"(6), "Nd"(0xcf9));
	for (;;)
		;
}
