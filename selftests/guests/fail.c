/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: one case of three fails, with both values in its record. Verdict: fail. */
#include "case.h"

CASE(before, "holds")
{
	expect(true);
}

CASE(broken, "two is not three")
{
	int two = 2;

	expect_eq(two, 3);
	expect_eq(two, 2);
}

CASE(after, "still runs")
{
	expect(true);
}
