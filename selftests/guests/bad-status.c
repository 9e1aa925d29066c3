/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: ends with a status that means nothing. Verdict: error. */
#include "libcflat.h"

int main(void)
{
	report(true, "holds");
	return 5;
}
