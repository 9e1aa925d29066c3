/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sets of CPUs. NR_CPUS bounds them; the build may define it. Single CPUs are
 * set and cleared atomically; whole sets are not copied or compared so.
 */
#ifndef CPUMASK_H
#define CPUMASK_H

#include "bitops.h"
#include "libcflat.h"

#ifndef NR_CPUS
#define NR_CPUS		1024
#endif

typedef struct cpumask {
	unsigned long bits[BITS_TO_LONGS(NR_CPUS)];
} cpumask_t;

#define cpumask_bits(mask)	((mask)->bits)

/* How many CPUs there are: arch_cpu_count(), at most NR_CPUS. */
int cpumask_cpus(void);

/*
 * CPUs that exist, that run, and that have no call of on-cpus.h to serve. cpumask_init() puts all CPUs in, before
 * main(); an architecture that starts some later, or stops some, changes them then.
 */
extern cpumask_t cpu_present_mask, cpu_online_mask, cpu_idle_mask;
void cpumask_init(void);
#define cpu_present(cpu)	cpumask_test_cpu(cpu, &cpu_present_mask)
#define cpu_online(cpu)		cpumask_test_cpu(cpu, &cpu_online_mask)
#define cpu_idle(cpu)		cpumask_test_cpu(cpu, &cpu_idle_mask)

/* The loops go over the CPUs in order; cpu is an int. */
#define for_each_cpu(cpu, mask)						\
	for ((cpu) = cpumask_next(-1, mask); (cpu) < cpumask_cpus();	\
	     (cpu) = cpumask_next(cpu, mask))
#define for_each_present_cpu(cpu)	for_each_cpu(cpu, &cpu_present_mask)
#define for_each_online_cpu(cpu)	for_each_cpu(cpu, &cpu_online_mask)

static inline void cpumask_set_cpu(int cpu, cpumask_t *mask)
{
	set_bit(cpu, mask->bits);
}

static inline void cpumask_clear_cpu(int cpu, cpumask_t *mask)
{
	clear_bit(cpu, mask->bits);
}

static inline bool cpumask_test_cpu(int cpu, const cpumask_t *mask)
{
	return test_bit(cpu, mask->bits);
}

static inline bool cpumask_test_and_set_cpu(int cpu, cpumask_t *mask)
{
	return test_and_set_bit(cpu, mask->bits);
}

static inline bool cpumask_test_and_clear_cpu(int cpu, cpumask_t *mask)
{
	return test_and_clear_bit(cpu, mask->bits);
}

/* These concern the CPUs that there are; what a mask holds beyond them does not count. */
void cpumask_setall(cpumask_t *mask);
void cpumask_clear(cpumask_t *mask);
void cpumask_copy(cpumask_t *dest, const cpumask_t *src);
bool cpumask_empty(const cpumask_t *mask);
bool cpumask_full(const cpumask_t *mask);
bool cpumask_equal(const cpumask_t *a, const cpumask_t *b);
/* Whether all of a is in b. */
bool cpumask_subset(const cpumask_t *a, const cpumask_t *b);
/* How many CPUs are in it. */
int cpumask_weight(const cpumask_t *mask);
/* Store the combination in dest; true if it is not empty. */
bool cpumask_and(cpumask_t *dest, const cpumask_t *a, const cpumask_t *b);
bool cpumask_or(cpumask_t *dest, const cpumask_t *a, const cpumask_t *b);
bool cpumask_andnot(cpumask_t *dest, const cpumask_t *a, const cpumask_t *b);
/* The lowest CPU above cpu (-1: the first), or the number of CPUs if there is none. */
int cpumask_next(int cpu, const cpumask_t *mask);
static inline int cpumask_first(const cpumask_t *mask)
{
	return cpumask_next(-1, mask);
}

#endif
