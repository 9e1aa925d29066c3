/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: a case that tosses a coin, the parity of the clock. scripts/shake must find it, and none of the others. */
#include "arch-hooks.h"
#include "case.h"

CASE(steady, "always holds")
{
	expect(true);
}

static unsigned int ones(uint64_t value)
{
	unsigned int n = 0;

	for (; value; value &= value - 1)
		n++;
	return n;
}

CASE(coin, "holds when the number of ones in the clock is even")
{
	expect_eq(ones(arch_time_ns()) % 2, 0);
}

CASE(missing, "is always skipped")
{
	require_msg(false, "never here");
}
