/* SPDX-License-Identifier: BSD-2-Clause */
/* Host operations in short: where and when vCPUs run. */
#include "alloc_page.h"
#include "x86/msr.h"
#include "each.h"

CASE(pin, "a pinned vCPU runs where it was told to")
{
	u64 cores;

	begin(HOSTOP_SCHED);
	insist_eq(hostop_get(rets, HOSTOP_PIN, HOSTOP_SELF, HOSTOP_ALL), 0);
	cores = rets[0];
	expect_ge(cores, 1);
	require_msg(cores > 1, "the host has one CPU for this VMM");
	for (u64 core = 0; core < cores && core < 4; core++) {
		expect_eq(hostop(HOSTOP_PIN, HOSTOP_SELF, core), 0);
		expect_eq(hostop_get(rets, HOSTOP_SCHED, HOSTOP_SELF), 0);
		expect_eq(rets[3], core);
	}
	expect_eq((u32)hostop(HOSTOP_PIN, HOSTOP_SELF, cores), (u32)HOSTOP_EARG);
	clean_up();
}

/*
 * However busy the host is: competitors that run at all take their time from somebody on that core.
 */
CASE(starve, "competitors run on the core, and the host says that the vCPU waited")
{
	u64 waited;

	begin(HOSTOP_STARVE);
	/* not pinned */
	expect_eq((u32)hostop(HOSTOP_STARVE, HOSTOP_SELF, 1), (u32)HOSTOP_EARG);
	insist_eq(hostop(HOSTOP_PIN, HOSTOP_SELF, 0), 0);
	insist_eq(hostop_get(rets, HOSTOP_SCHED, HOSTOP_SELF), 0);
	waited = rets[1];
	insist_eq(hostop(HOSTOP_STARVE, HOSTOP_SELF, 2), 0);
	for (int i = 0; i < 2000; i++)
		inb(FREE_PORT);
	insist_eq(hostop(HOSTOP_SLEEP, 50000000), 0);
	insist_eq(hostop_get(rets, HOSTOP_STARVE, HOSTOP_SELF, 0), 0);
	expect_gt(rets[0], 1000000);
	insist_eq(hostop_get(rets, HOSTOP_SCHED, HOSTOP_SELF), 0);
	expect_gt(rets[1], waited);
	clean_up();
}

#define MSR_KVM_STEAL_TIME	0x4b564d03

/* Only that there is any: how much is another test's. */
CASE(steal, "a starved vCPU is told that time was stolen")
{
	/* the first word is the time */
	static volatile u64 page[8] __attribute__((aligned(64)));

	begin(HOSTOP_STARVE);
	require_msg(this_cpu_has_kvm() && this_cpu_has(KVM_FEATURE_STEAL_TIME),
		    "KVM tells no steal time");
	insist_eq(hostop(HOSTOP_PIN, HOSTOP_SELF, 0), 0);
	wrmsr(MSR_KVM_STEAL_TIME, virt_to_phys((void *)page) | 1);
	insist_eq(hostop(HOSTOP_STARVE, HOSTOP_SELF, 2), 0);
	for (int i = 0; i < 20000 && !page[0]; i++)
		inb(FREE_PORT);
	expect_ne(page[0], 0);
	wrmsr(MSR_KVM_STEAL_TIME, 0);
	clean_up();
}

static volatile u32 ticks;
static volatile u32 stop_ticking;

static void tick(void *unused)
{
	while (!stop_ticking)
		ticks++;
}

CASE(pause, "a paused vCPU does not run, and goes on where it was")
{
	u32 before;

	begin(HOSTOP_PAUSE);
	require(cpu_count() > 1);
	stop_ticking = 0;
	on_cpu_async(1, tick, NULL);
	insist_eq(hostop(HOSTOP_PAUSE, 1, 1), 0);
	before = ticks;
	insist_eq(hostop(HOSTOP_SLEEP, 20000000), 0);
	expect_eq(ticks, before);
	expect_eq(hostop(HOSTOP_PAUSE, 1, 0), 0);
	for (int i = 0; i < 1000 && ticks == before; i++)
		hostop(HOSTOP_SLEEP, 1000000);
	expect_ne(ticks, before);
	stop_ticking = 1;
	expect_eq((u32)hostop(HOSTOP_PAUSE, HOSTOP_SELF, 1), (u32)HOSTOP_EARG);
	clean_up();
}
