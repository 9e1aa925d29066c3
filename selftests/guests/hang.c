/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: the second case never ends. Verdict: timeout, and the first case's result is kept. */
#include "case.h"

CASE(first, "holds")
{
	expect(true);
}

CASE(endless, "never ends")
{
	volatile bool forever = true;

	expect(true);
	while (forever)
		;
}

CASE(never, "is never reached")
{
	expect(true);
}
