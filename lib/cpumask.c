/* SPDX-License-Identifier: BSD-2-Clause */
/* Operations on whole sets of CPUs: see cpumask.h. */
#include "arch-hooks.h"
#include "cpumask.h"

cpumask_t cpu_present_mask, cpu_online_mask, cpu_idle_mask;

int cpumask_cpus(void)
{
	int n = arch_cpu_count();

	return MIN(n, NR_CPUS);
}

void cpumask_init(void)
{
	cpumask_setall(&cpu_present_mask);
	cpumask_setall(&cpu_online_mask);
	cpumask_setall(&cpu_idle_mask);
}

/* How many words the CPUs take, and which bits of word i are theirs. */
static int words(void)
{
	return BITS_TO_LONGS(cpumask_cpus());
}

static unsigned long valid(int i)
{
	int left = cpumask_cpus() - i * BITS_PER_LONG;

	return left >= BITS_PER_LONG ? ~0UL : GENMASK(left - 1, 0);
}

void cpumask_clear(cpumask_t *mask)
{
	memset(mask, 0, sizeof(*mask));
}

void cpumask_setall(cpumask_t *mask)
{
	cpumask_clear(mask);
	for (int i = 0; i < words(); i++)
		mask->bits[i] = valid(i);
}

void cpumask_copy(cpumask_t *dest, const cpumask_t *src)
{
	memmove(dest, src, sizeof(*dest));
}

bool cpumask_empty(const cpumask_t *mask)
{
	for (int i = 0; i < words(); i++)
		if (READ_ONCE(mask->bits[i]) & valid(i))
			return false;
	return true;
}

bool cpumask_full(const cpumask_t *mask)
{
	for (int i = 0; i < words(); i++)
		if (~READ_ONCE(mask->bits[i]) & valid(i))
			return false;
	return true;
}

bool cpumask_equal(const cpumask_t *a, const cpumask_t *b)
{
	for (int i = 0; i < words(); i++)
		if ((a->bits[i] ^ b->bits[i]) & valid(i))
			return false;
	return true;
}

bool cpumask_subset(const cpumask_t *a, const cpumask_t *b)
{
	for (int i = 0; i < words(); i++)
		if (a->bits[i] & ~b->bits[i] & valid(i))
			return false;
	return true;
}

int cpumask_weight(const cpumask_t *mask)
{
	int n = 0;

	for (int i = 0; i < words(); i++)
		n += hweight_long(READ_ONCE(mask->bits[i]) & valid(i));
	return n;
}

bool cpumask_and(cpumask_t *dest, const cpumask_t *a, const cpumask_t *b)
{
	for (int i = 0; i < words(); i++)
		dest->bits[i] = a->bits[i] & b->bits[i];
	return !cpumask_empty(dest);
}

bool cpumask_or(cpumask_t *dest, const cpumask_t *a, const cpumask_t *b)
{
	for (int i = 0; i < words(); i++)
		dest->bits[i] = a->bits[i] | b->bits[i];
	return !cpumask_empty(dest);
}

bool cpumask_andnot(cpumask_t *dest, const cpumask_t *a, const cpumask_t *b)
{
	for (int i = 0; i < words(); i++)
		dest->bits[i] = a->bits[i] & ~b->bits[i];
	return !cpumask_empty(dest);
}

int cpumask_next(int cpu, const cpumask_t *mask)
{
	int end = cpumask_cpus();

	while (++cpu < end && !cpumask_test_cpu(cpu, mask))
		;
	return cpu < end ? cpu : end;
}
