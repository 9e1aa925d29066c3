/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Self-test: an interrupt that nobody expected ends its case, and the next one runs. Verdict:
 * fail.
 */
#include "case.h"

static noinline void bad_instruction(void)
{
	__asm__ volatile(".long 0");
}

CASE(invalid_opcode, "executes the instruction of all zeros")
{
	expect(true);
	bad_instruction();
}

CASE(after, "still runs")
{
	expect(true);
}
