/* SPDX-License-Identifier: BSD-2-Clause */
/* Host operations in short: statistics and counts of exits. */
#include "each.h"

CASE(stat, "a statistic is found by name and by number, and moves")
{
	char name[HOSTOP_STAT_NAME_MAX];
	u64 first;

	begin(HOSTOP_STAT);
	expect_eq(hostop_data("exits", 6, rets, HOSTOP_STAT, HOSTOP_SELF), 0);
	first = rets[0];
	expect_eq(rets[1], HOSTOP_STAT_CUMULATIVE);
	inb(FREE_PORT);
	expect_eq(hostop_data("exits", 6, rets, HOSTOP_STAT, HOSTOP_SELF), 0);
	expect_gt(rets[0], first);
	expect_eq((u32)hostop_data("no_such", 8, NULL, HOSTOP_STAT, HOSTOP_VM), (u32)-ENOENT);
	expect_eq(hostop_data(name, sizeof(name), rets, HOSTOP_STAT_NAME, HOSTOP_VM, 0), 0);
	expect_eq(hostop_data(name, strlen(name) + 1, rets, HOSTOP_STAT, HOSTOP_VM), 0);
	expect_eq((u32)hostop_data(name, sizeof(name), NULL, HOSTOP_STAT_NAME, HOSTOP_VM, 100000),
		  (u32)-ENOENT);
}

CASE(exits, "each access to a port that KVM does not emulate is one exit")
{
	u64 first;

	begin(HOSTOP_EXITS);
	expect_eq(hostop_get(rets, HOSTOP_EXITS, HOSTOP_SELF, EXIT_IO), 0);
	first = rets[0];
	for (int i = 0; i < 10; i++)
		inb(FREE_PORT);
	expect_eq(hostop_get(rets, HOSTOP_EXITS, HOSTOP_SELF, EXIT_IO), 0);
	expect_eq(rets[0], first + 11);		/* and the doorbell itself */
}
