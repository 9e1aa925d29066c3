/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Self-test: a trap with a stack pointer that leads nowhere is said, and the next case runs.
 * Verdict: fail.
 */
#include "case.h"

CASE(nowhere, "traps with a bad stack pointer")
{
	expect(true);
	__asm__ volatile("li sp, 0x7654321000\n\t.2byte 0");
}

CASE(after, "still runs")
{
	expect(true);
}
