/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: an assertion of the test itself fails. Verdict: error, with a stack trace. */
#include "libcflat.h"

static noinline void inner(int value)
{
	assert(value == 7);
	report(true, "not reached");
}

int main(void)
{
	inner(8);
	return report_summary();
}
