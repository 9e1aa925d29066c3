/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: an exception that nobody expected ends its case, and the next one runs. Verdict: fail. */
#include "case.h"

static noinline void bad_instruction(void)
{
	__asm__ volatile("ud2");
}

CASE(invalid_opcode, "executes UD2")
{
	expect(true);
	bad_instruction();
}

CASE(after, "still runs")
{
	expect(true);
}
