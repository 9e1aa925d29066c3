/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bounds a spinning wait, so that a deadlock is said and not waited out: by the clock, or without one by a number of
 * rounds that takes longer than that on any machine.
 *
 *	struct patience patience = { 0 };
 *	while (!done)
 *		if (patience_over(&patience, 30))
 *			report_abort(...);
 */
#ifndef PATIENCE_H
#define PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

struct patience {
	uint64_t start_ns;
	uint32_t rounds;
};

/* One round of waiting; true after that many seconds. */
bool patience_over(struct patience *patience, unsigned int seconds);

#endif
