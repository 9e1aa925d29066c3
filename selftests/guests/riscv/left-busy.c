/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Self-test: cases that end early and leave harts busy: one that works with interrupts on, one that
 * waits with interrupts off, two that wait for one another, one that stopped itself. Verdicts: each
 * fails, and each hart serves the next case.
 */
#include "arch-hooks.h"
#include "case.h"
#include "on-cpus.h"
#include "asm/processor.h"
#include "asm/sbi.h"

static u32 served;

static void serve(void *unused)
{
	__atomic_add_fetch(&served, 1, __ATOMIC_SEQ_CST);
}

static void expect_all_serve(void)
{
	served = 0;
	on_cpus(serve, NULL);
	expect_eq(served, (u32)arch_cpu_count());
	expect_eq(cpus_active(), 1);
}

static void work(void *unused)
{
	local_irq_enable();
	for (;;)
		cpu_relax();
}

static void wait_for_ever(void *unused)
{
	for (;;)
		on_cpus_check();
}

static void call_and_wait(void *unused)
{
	on_cpu(2, wait_for_ever, NULL);
}

static void stop(void *unused)
{
	sbi_hart_stop();
}

CASE(works, "hart 1 works with interrupts on")
{
	on_cpu_async(1, work, NULL);
	insist(false);
}

CASE(after_works, "all harts serve calls") { expect_all_serve(); }

CASE(waits, "hart 1 waits with interrupts off, and has another call to come")
{
	on_cpu_async(1, wait_for_ever, NULL);
	on_cpu_async(1, wait_for_ever, NULL);
	insist(false);
}

CASE(after_waits, "all harts serve calls") { expect_all_serve(); }

CASE(nested, "hart 1 waits for hart 2, which waits")
{
	on_cpu_async(1, call_and_wait, NULL);
	insist(false);
}

CASE(after_nested, "all harts serve calls") { expect_all_serve(); }

CASE(stops, "hart 2 stops")
{
	on_cpu_async(2, stop, NULL);
	insist(false);
}

CASE(after_stops, "all harts serve calls") { expect_all_serve(); }
