/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * events: WFE ends by an event that another CPU sends, whether that comes before it or while it
 * waits (Arm ARM, DDI 0487, D1.7.1, "Wait for Event"; DDI 0406, B1.8.13).
 */
#include "case.h"
#include "on-cpus.h"
#include "patience.h"
#include "asm/barrier.h"
#include "asm/smp.h"

#define ROUNDS		3000u
#define PATIENCE	5	/* seconds */

static u32 before, behind;	/* rounds in which the other CPU goes to wait, and has waited */

static u32 load(u32 *p)
{
	return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}

static void wait_for_events(void *unused)
{
	(void)unused;
	for (u32 round = 1; round <= ROUNDS; round++) {
		__atomic_store_n(&before, round, __ATOMIC_SEQ_CST);
		wfe();
		__atomic_store_n(&behind, round, __ATOMIC_SEQ_CST);
	}
}

static bool becomes(u32 *p, u32 round)
{
	struct patience patience = { 0 };

	while (load(p) < round)
		if (patience_over(&patience, PATIENCE))
			return false;
	return true;
}

static bool wakes(u32 round)
{
	if (!becomes(&before, round))
		return false;
	for (volatile u32 i = 0; i < round * 37 % 4096; i++)
		;
	dsb(ish);
	sev();
	return becomes(&behind, round);
}

CASE(sev,
     "SEV ends another CPU's WFE, each time: sent before it, at the same time, or while it waits")
{
	u32 round = 1;

	require(nr_cpus > 1);
	before = behind = 0;
	on_cpu_async(1, wait_for_events, NULL);
	while (round <= ROUNDS && wakes(round))
		round++;
	while (load(&behind) < ROUNDS)
		sev();
	expect_eq_msg(round, ROUNDS + 1, "an event was lost");
}
