/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Self-test: a check fails on another CPU, which belongs to the case that called it; then a CPU that runs no case
 * tries to end one. Verdicts: fail of the first case, and an abort that names CPU 1.
 */
#include "arch-hooks.h"
#include "case.h"
#include "on-cpus.h"

static void fail_remotely(void *unused)
{
	(void)unused;
	expect_eq(arch_cpu_id(), 77);
}

static void skip_remotely(void *unused)
{
	(void)unused;
	require(arch_cpu_id() == 0);
}

CASE(fails, "CPU 1 finds something")
{
	require(arch_cpu_count() > 1);
	on_cpu(1, fail_remotely, NULL);
	expect(true);
}

CASE(ends, "CPU 1 wants to skip")
{
	require(arch_cpu_count() > 1);
	on_cpu(1, skip_remotely, NULL);
	expect(true);
}
