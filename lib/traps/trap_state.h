/* SPDX-License-Identifier: BSD-2-Clause */
/* What is known of a CPU's expected traps: in its struct thread_info. The functions: traps.h. */
#ifndef TRAPS_TRAP_STATE_H
#define TRAPS_TRAP_STATE_H

#include "libcflat.h"
#include "setjmp.h"
#include "asm/ptrace.h"

/* The last trap that was expected. */
struct trap_record {
	bool raised;
	struct pt_regs regs;
};

/* A function on this CPU that may end by a trap; the innermost one gets it. */
struct catch {
	jmp_buf env;
	unsigned long status;		/* to go on with: see <asm/traps.h> */
	struct catch *outer;
};

struct trap_state {
	struct trap_record record;
	struct catch *innermost;
	u32 reporting;
};

#endif
