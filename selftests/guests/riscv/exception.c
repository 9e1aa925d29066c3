/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Self-test: an exception that nobody expected ends its case, and the next one runs. Verdict: fail.
 */
#include "case.h"

static noinline void bad_instruction(void)
{
	__asm__ volatile(".2byte 0");
}

CASE(invalid_opcode, "executes what is defined to be illegal")
{
	expect(true);
	bad_instruction();
}

CASE(after, "still runs")
{
	expect(true);
}
