/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: one case checks, another forgets to. Verdict: error, of the case that forgot. */
#include "case.h"

CASE(checks, "holds")
{
	expect(true);
}

CASE(forgot, "checks nothing")
{
}
