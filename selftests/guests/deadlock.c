/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Self-test: CPU 1 stops for ever while it holds the console, and CPU 0 reports. Verdict: timeout (or an error that
 * says that the console was stuck), never a pass and never a hang of the run.
 */
#include "case.h"
#include "console.h"
#include "on-cpus.h"
#include "arch-hooks.h"

static volatile bool holding;

static size_t never_returns(char *buf, size_t len)
{
	volatile bool forever = true;

	(void)buf;
	holding = true;
	while (forever)
		arch_cpu_relax();
	return len;
}

static void hold_console(void *unused)
{
	static char line[16];

	(void)unused;
	console_sealed_line(line, 0, never_returns);
}

CASE(deadlock, "two CPUs meet in the console")
{
	require(arch_cpu_count() > 1);
	on_cpu_async(1, hold_console, NULL);
	while (!holding)
		arch_cpu_relax();
	expect(true);
	expect_eq(1, 2);
}
