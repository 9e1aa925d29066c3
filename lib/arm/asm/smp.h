/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CPUs: calls between them (on-cpus.h) and the way up. CPUs other than 0 are off until they are called first. An idle
 * CPU waits in WFI with interrupts masked; SGI SMP_CALL_SGI wakes it. A busy one takes a call when it becomes idle, or
 * waits for another itself, or in the interrupt, if it has interrupts enabled and no IRQ handler of a test.
 */
#ifndef ARM_ASM_SMP_H
#define ARM_ASM_SMP_H

#include "arch-hooks.h"
#include "libcflat.h"
#include "on-cpus.h"
#include "asm/setup.h"
#include "asm/thread_info.h"

#define SMP_CALL_SGI		15

static inline int smp_processor_id(void)
{
	return arch_cpu_id();
}

typedef void (*secondary_entry_fn)(void);

/* Starts cpu, which is off, and waits until it runs; then it calls entry() and becomes idle. */
void smp_boot_secondary(int cpu, secondary_entry_fn entry);
/* The same without an end to the wait's patience being an abort: false if PSCI refused, *error is its code. */
bool smp_try_boot_secondary(int cpu, secondary_entry_fn entry, int *error);

/*
 * From now on idle CPUs look for calls in memory, without the GIC: for tests that set the GIC up themselves. Costs host
 * time, so nothing else should ask for it.
 */
void smp_poll(void);

/* Whether cpu was started, and has not been switched off by smp_off(). */
bool smp_started(int cpu);
/* Switches an idle CPU off by PSCI and waits until PSCI says so: it can be started again. */
void smp_off(int cpu);

/* Stops the calling CPU for good, without switching it off. */
_Noreturn void halt(void);

/* For the dispatcher: an IRQ that no test's handler takes. False: it is nobody's. */
bool smp_interrupt(void);

#endif
