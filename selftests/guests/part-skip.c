/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: one case of two is skipped. Verdict: pass, and the skip is shown. */
#include "case.h"

CASE(holds, "holds")
{
	expect(true);
}

CASE(skips, "is skipped with words")
{
	require_msg(false, "no %s today", "weather");
}
