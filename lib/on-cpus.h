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
/*
 * The same, of a CPU that starts anew: forgets what it ran or was called for; nobody may wait for
 * it.
 */
void on_cpus_forget(int cpu);

/* Runs function(data) on cpu and waits for its end. */
void on_cpu(int cpu, void (*function)(void *data), void *data);
/* The same without waiting for its end. */
void on_cpu_async(int cpu, void (*function)(void *data), void *data);
/*
 * Waits until a CPU, not the calling one, has ended all that it was called for. Another call may be served inside one
 * that has its interrupts on, so that its end does not say that.
 */
void on_cpu_join(int cpu);
/* On all CPUs at once, the calling one included; waits for the end of all. */
void on_cpus(void (*function)(void *data), void *data);
/* On the CPUs of mask. The asynchronous form waits for none, but runs the calling CPU's own part itself, as the last. */
void on_cpumask(const cpumask_t *mask, void (*function)(void *data), void *data);
void on_cpumask_async(const cpumask_t *mask, void (*function)(void *data), void *data);

/*
 * Ends the call that the calling CPU serves if the case that made it is over, and does not return then. For loops in
 * which a call waits for what a case may never do: interrupts that are off, a port cannot end them otherwise. And for
 * the architecture, in the interrupt by which arch_recall_cpu() reaches a CPU.
 */
void on_cpus_check(void);
/* For a CPU that is about to abort the image: nothing ends its call any more, so that the case that made it waits. */
void on_cpus_die(void);
/* For the architecture: the calling CPU starts anew, on an empty stack, and has no more calls. */
void on_cpus_restart(void);
/*
 * Brings back the CPUs that a case left busy, after a second in which they may come by themselves: by cases.c, at the
 * end of each case. Aborts if one does not come. Where arch_recall_cpu() is missing those stay as they are that do not
 * come soon.
 */
void on_cpus_recall(void);

/* How many CPUs are busy: the caller, and those that serve a call or have one waiting. */
int cpus_active(void);

#endif
