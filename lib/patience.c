/* SPDX-License-Identifier: BSD-2-Clause */
/* Bounded waiting: see patience.h. */
#include "arch-hooks.h"
#include "patience.h"

#define ROUNDS_PER_LOOK		1024		/* reading the clock may cost a VM exit */
#define ROUNDS_PER_SECOND	20000000U	/* more than any machine makes */

bool patience_over(struct patience *patience, unsigned int seconds)
{
	uint64_t now;

	arch_cpu_relax();
	if (++patience->rounds % ROUNDS_PER_LOOK)
		return false;
	now = arch_time_ns();
	if (!now)
		return patience->rounds / ROUNDS_PER_SECOND >= seconds;
	if (!patience->start_ns)
		patience->start_ns = now;
	/* A machine that was paused sees the clock jump: the rounds show that this CPU really ran. */
	return now - patience->start_ns > seconds * 1000000000ULL && patience->rounds / 65536 >= seconds;
}
