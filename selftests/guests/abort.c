/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: gives up. Verdict: error, with the reason of report_abort(). */
#include "libcflat.h"

int main(void)
{
	report(true, "holds");
	report_abort("out of %s", "luck");
}
