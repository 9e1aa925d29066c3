/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Vectors of the test's own, which note the state that the CPU enters with, and go on where they
 * are told: raw.S.
 */
#ifndef MODES_RAW_H
#define MODES_RAW_H

#include "libcflat.h"

/* The layout is known to raw.S. */
struct raw_entry_state {
	u32 vector, cpsr, spsr, lr, sp;
	u32 next;		/* where it goes on, by MOVS PC, LR: set before */
};
extern volatile struct raw_entry_state raw_state;
extern char raw_vectors[];

#endif
