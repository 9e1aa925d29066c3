/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: the established interface, one report() of three does not hold. Verdict: fail. */
#include "libcflat.h"

int main(void)
{
	report_prefix_push("outer");
	report(true, "holds");
	report(false, "does not hold: %d", 42);
	report_skip("not here");
	report_prefix_pop();
	return report_summary();
}
