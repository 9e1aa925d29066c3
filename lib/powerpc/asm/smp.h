/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CPUs that the device tree names, and interrupts between them (XICS); calls between CPUs are
 * on-cpus.h's.
 */
#ifndef POWERPC_ASM_SMP_H
#define POWERPC_ASM_SMP_H

#include "cpumask.h"
#include "on-cpus.h"
#include "asm/processor.h"
#include "asm/setup.h"

/* By CPU number: 0 is the one that booted, the others follow in the device tree's order. */
extern struct thread_info cpus[NR_CPUS];
extern int nr_cpus_present, nr_cpus_online;

static inline int smp_processor_id(void)
{
	return (int)current_thread_info()->cpu;
}

/* Waits for ever, with interrupts on. */
_Noreturn void halt(int cpu_id);

typedef void (*secondary_entry_fn)(int cpu_id);
/* Lets entry(its number) run on every CPU but this one; false if a CPU could not be reached. */
bool start_all_cpus(secondary_entry_fn entry);
/* Waits until all other CPUs have ended what they were started for; aborts after half a minute. */
void stop_all_cpus(void);

/*
 * Interrupts of CPUs by CPUs, beside the library's calls: func(regs, data) on the CPU that
 * send_ipi() names.
 */
void register_ipi(void (*func)(struct pt_regs *regs, void *data), void *data);
void unregister_ipi(void);
void send_ipi(int cpu_id);
/* Whether this CPU takes interrupts of others at all: MSR.EE apart. The library enables them. */
void local_ipi_enable(void);
void local_ipi_disable(void);

/* Starts all other CPUs: once, before main(). */
void smp_init(void);

#endif
