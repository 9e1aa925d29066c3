/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: exits with 0 after a check that failed. Verdict: fail; the exit status does not hide it. */
#include "libcflat.h"

int main(void)
{
	report(true, "holds");
	report(false, "does not hold");
	report_summary();
	exit(0);
}
