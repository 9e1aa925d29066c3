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

static void hold_console(void *unused)
{
	volatile bool forever = true;
	unsigned long irq_state;

	(void)unused;
	console_begin(&irq_state);
	holding = true;
	while (forever)
		arch_cpu_relax();
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
