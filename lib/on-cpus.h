/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Running functions on other CPUs, which are reached by arch_kick_cpu(). Each CPU has room for one call that it has not
 * taken yet; the next caller waits. A CPU that waits for another serves the calls that it gets itself, so that CPUs may
 * call each other. What a caller stored before the call the function sees, and the caller sees what it stored.
 *
 * A call to the calling CPU runs at once. A CPU that does not exist, cannot be reached or does not take its call within
 * ON_CPU_PATIENCE seconds is an abort that names it.
 */
#ifndef ON_CPUS_H
#define ON_CPUS_H

#include "cpumask.h"
#include "libcflat.h"

#define ON_CPU_PATIENCE 60

/* For the architecture: runs what the calling CPU was called for, if anything; and whether there is something. */
void on_cpus_serve(void);
bool on_cpus_pending(void);
/* The same, of a CPU that starts anew: forgets what it ran or was called for; nobody may wait for it. */
void on_cpus_forget(int cpu);

/* Runs function(data) on cpu and waits for its end. */
void on_cpu(int cpu, void (*function)(void *data), void *data);
/* The same without waiting for its end. */
void on_cpu_async(int cpu, void (*function)(void *data), void *data);
/* On all CPUs at once, the calling one included; waits for the end of all. */
void on_cpus(void (*function)(void *data), void *data);
/* On the CPUs of mask. The asynchronous form waits for none, but runs the calling CPU's own part itself, as the last. */
void on_cpumask(const cpumask_t *mask, void (*function)(void *data), void *data);
void on_cpumask_async(const cpumask_t *mask, void (*function)(void *data), void *data);

/* How many CPUs are busy: the caller, and those that serve a call or have one waiting. */
int cpus_active(void);

#endif
