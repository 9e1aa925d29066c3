/* SPDX-License-Identifier: BSD-2-Clause */
/* CPU numbers, and the harts behind them; calls between CPUs are on-cpus.h's. */
#ifndef RISCV_ASM_SMP_H
#define RISCV_ASM_SMP_H

#include "on-cpus.h"
#include "asm/processor.h"

static inline int smp_processor_id(void)
{
	return current_thread_info()->cpu;
}

/* Starts all other harts by SBI's HSM, where it is there: by riscv_start(), once. */
void smp_init(void);

/*
 * Where a hart that SBI starts has to begin: a0 its number, a1 its struct thread_info, whose
 * kernel_sp is its stack.
 */
void secondary_entry(void);

/* Waits for calls, for ever: where a hart of the library's is when it has nothing to do. */
_Noreturn void smp_idle(void);

#endif
