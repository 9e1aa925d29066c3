/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: a stack that overflows ends its case with the address below it, and the next one runs. Verdict: fail. */
#include "case.h"

static noinline int deeper(volatile int *depth)
{
	volatile int here[64] = { *depth + 1 };

	return here[0] ? deeper(here) + here[0] : 0;	/* never 0 before the stack ends */
}

CASE(overflow, "calls itself for ever")
{
	volatile int depth = 0;

	expect(true);
	expect_eq(deeper(&depth), 0);
}

CASE(behind, "still runs")
{
	expect(true);
}
