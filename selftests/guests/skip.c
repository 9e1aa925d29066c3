/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: nothing but skips. Verdict: skip, with the condition as its reason. */
#include "case.h"

static bool flying_pigs(void)
{
	return false;
}

CASE(pigs, "needs flying pigs")
{
	require(flying_pigs());
	expect(false);
}
