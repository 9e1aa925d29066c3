/* SPDX-License-Identifier: BSD-2-Clause */
/* What the cases of floating-point and of vector state share: who may disturb it, and must not. */
#ifndef FPU_H
#define FPU_H

#include "libcflat.h"

/* regs.S: the 32 registers, 8 bytes each; vector registers of size bytes each. */
void fp_load(const u64 *from);
void fp_store(u64 *to);
void vector_load(const u8 *from, ulong size);
void vector_store(u8 *to, ulong size);

/*
 * Each of these lets something happen between loading and storing the state, on the calling CPU: a
 * trap, interrupts, a call of firmware, user mode, another hart that uses its own registers.
 */
struct disturbance {
	const char *name;
	void (*disturb)(void);
};
extern const struct disturbance disturbances[];
extern const size_t n_disturbances;

/* State of sstatus.FS and VS: table 3.3. */
enum { STATE_OFF, STATE_INITIAL, STATE_CLEAN, STATE_DIRTY };

#endif
