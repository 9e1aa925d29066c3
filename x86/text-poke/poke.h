/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of this test share: CPUs that execute one function all the time, and judge what it returns. */
#ifndef POKE_H
#define POKE_H

#include "case.h"
#include "x86/isr.h"
#include "x86/smp.h"

#define WAIT_TICKS	2000000000ull

typedef u32 (*poked)(void);

/*
 * The state of the code, by number: in between (odd) any result of the state before or behind is right, else only that of
 * the state itself.
 */
struct poke {
	poked function;
	u32 (*result)(u32 state);	/* of an even state */
	u32 state;			/* even: settled; counts by two */
	u32 executing, stop, runs;
	u32 torn, stale;		/* neither of both; not the one that is settled */
	u32 first_torn;			/* what it returned */
};
extern struct poke poke;

/* Starts all other CPUs on function, with interrupts enabled, in state 0; and ends that, and judges. */
void poke_start(poked function, u32 (*result)(u32 state));
void poke_end(void);
/* From an even state to an odd one, and on to the next even one. */
void poke_begin_change(void);
void poke_end_change(void);
/* Each CPU executes a serializing instruction (SDM volume 3, section 9.3), by a call. */
void poke_serialize_all(void);
/* Waits until the others have executed it some more times. */
void poke_let_run(u32 runs);

/* "mov $value, %eax; ret": returns the byte behind it. */
u8 *put_return(u8 *code, u32 value);
#define RETURN_LENGTH	6

#endif
