/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The order in which CPUs see each other's memory accesses: the examples of SDM volume 3, section 9.2.3, run against
 * each other thousands of times. What is forbidden must never show; the two reorderings that are allowed (sections
 * 9.2.3.4 and 9.2.3.5) are counted as metrics. Under an emulator that runs vCPUs in turn nothing may show at all.
 */
#include "case.h"
#include "x86/processor.h"
#include "x86/smp.h"
#include "asm/barrier.h"

#define ROUNDS		3000
#define TICKS		1000000000ull	/* about half a second: a vCPU may have to wait for its turn in every round */
#define MAX_CPUS	4

/* x and y are in cache lines of their own, two pairs by turns; the results of a round are compared in the next. */
static struct {
	u32 x __aligned(64);
	u32 y __aligned(64);
	u32 result[MAX_CPUS][2] __aligned(64);
} cells[2] __aligned(64);

struct litmus {
	int cpus;
	void (*role[MAX_CPUS])(u32 *x, u32 *y, u32 *result);
	/* Whether this must not be, or is counted. */
	bool (*seen)(const u32 (*result)[2]);
};

static const struct litmus *litmus;
static u32 arrived, last_round, sightings;

/* All CPUs meet; returns false after the last round. */
static bool meet(u32 round)
{
	__atomic_add_fetch(&arrived, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&arrived, __ATOMIC_ACQUIRE) < (round + 1) * litmus->cpus)
		pause();
	return round < __atomic_load_n(&last_round, __ATOMIC_ACQUIRE);
}

static void play(void *unused)
{
	int me = smp_id();
	u64 start = rdtsc();

	for (u32 round = 0; ; round++) {
		__typeof__(cells[0]) *now = &cells[round & 1], *before = &cells[~round & 1];

		if (!me && rdtsc() - start > TICKS)
			__atomic_store_n(&last_round, round, __ATOMIC_RELEASE);
		if (!meet(round))
			break;
		litmus->role[me](&now->x, &now->y, now->result[me]);
		if (me)
			continue;
		sightings += round && litmus->seen((const u32 (*)[2])before->result);
		memset(before, 0, sizeof(*before));
	}
}

/* Returns how often it was seen. */
static u32 run(const struct litmus *l)
{
	require_msg(cpu_count() >= l->cpus, "needs %d CPUs", l->cpus);
	litmus = l;
	memset(cells, 0, sizeof(cells));
	arrived = sightings = 0;
	last_round = ROUNDS;
	for (int cpu = 1; cpu < l->cpus; cpu++)
		on_cpu_async(cpu, play, NULL);
	play(NULL);
	/* The others may not have noticed the end yet. */
	for (int cpu = 1; cpu < l->cpus; cpu++)
		on_cpu_join(cpu);
	metric("rounds", arrived / l->cpus, "");
	expect_ge(arrived, (u32)l->cpus * 2);
	return sightings;
}

#define LOAD(p)		READ_ONCE(*(p))
#define STORE(p, v)	WRITE_ONCE(*(p), v)

static void store_x_store_y(u32 *x, u32 *y, u32 *r)
{
	STORE(x, 1);
	STORE(y, 1);
}

static void load_y_load_x(u32 *x, u32 *y, u32 *r)
{
	r[0] = LOAD(y);
	r[1] = LOAD(x);
}

static void load_x_load_y(u32 *x, u32 *y, u32 *r)
{
	r[0] = LOAD(x);
	r[1] = LOAD(y);
}

static void load_x_store_y(u32 *x, u32 *y, u32 *r)
{
	r[0] = LOAD(x);
	STORE(y, 1);
}

static void load_y_store_x(u32 *x, u32 *y, u32 *r)
{
	r[0] = LOAD(y);
	STORE(x, 1);
}

static void store_x(u32 *x, u32 *y, u32 *r)
{
	STORE(x, 1);
}

static void store_y(u32 *x, u32 *y, u32 *r)
{
	STORE(y, 1);
}

static void store_x_load_y(u32 *x, u32 *y, u32 *r)
{
	STORE(x, 1);
	r[0] = LOAD(y);
}

static void store_y_load_x(u32 *x, u32 *y, u32 *r)
{
	STORE(y, 1);
	r[0] = LOAD(x);
}

static void store_x_fence_load_y(u32 *x, u32 *y, u32 *r)
{
	STORE(x, 1);
	mb();
	r[0] = LOAD(y);
}

static void store_y_fence_load_x(u32 *x, u32 *y, u32 *r)
{
	STORE(y, 1);
	mb();
	r[0] = LOAD(x);
}

static void exchange_x_load_y(u32 *x, u32 *y, u32 *r)
{
	u32 value = 1;

	asm volatile("xchgl %0, %1" : "+r" (value), "+m" (*x));
	r[0] = LOAD(y);
}

static void exchange_y_load_x(u32 *x, u32 *y, u32 *r)
{
	u32 value = 1;

	asm volatile("xchgl %0, %1" : "+r" (value), "+m" (*y));
	r[0] = LOAD(x);
}

static void store_x_load_x_load_y(u32 *x, u32 *y, u32 *r)
{
	STORE(x, 1);
	r[0] = LOAD(x);
	r[1] = LOAD(y);
}

static void store_y_load_y_load_x(u32 *x, u32 *y, u32 *r)
{
	STORE(y, 1);
	r[0] = LOAD(y);
	r[1] = LOAD(x);
}

static bool second_old(const u32 (*r)[2])
{
	return r[1][0] == 1 && r[1][1] == 0;
}

static bool both_new(const u32 (*r)[2])
{
	return r[0][0] == 1 && r[1][0] == 1;
}

static bool both_old(const u32 (*r)[2])
{
	return r[0][0] == 0 && r[1][0] == 0;
}

static bool both_forwarded(const u32 (*r)[2])
{
	return r[0][0] == 1 && r[1][0] == 1 && r[0][1] == 0 && r[1][1] == 0;
}

static bool own_store_missed(const u32 (*r)[2])
{
	return r[0][0] == 0 || r[1][0] == 0;
}

/* CPU 1 has seen x and then written y; CPU 2 has seen that y, but not x. */
static bool not_transitive(const u32 (*r)[2])
{
	return r[1][0] == 1 && r[2][0] == 1 && r[2][1] == 0;
}

/* CPU 2 saw x before y, CPU 3 y before x. */
static bool two_orders(const u32 (*r)[2])
{
	return r[2][0] == 1 && r[2][1] == 0 && r[3][0] == 1 && r[3][1] == 0;
}

#define FORBIDDEN(name_, text_, ...)						\
	CASE(name_, text_)							\
	{									\
		static const struct litmus l = __VA_ARGS__;			\
										\
		expect_eq(run(&l), 0);						\
	}
#define ALLOWED(name_, text_, ...)						\
	CASE(name_, text_)							\
	{									\
		static const struct litmus l = __VA_ARGS__;			\
										\
		metric("reorderings", run(&l), "");				\
	}

FORBIDDEN(loads_and_stores, "9.2.3.2: stores are seen in program order, loads are done in program order",
	  { 2, { store_x_store_y, load_y_load_x }, second_old })
FORBIDDEN(store_after_load, "9.2.3.3: a store is not seen before an earlier load of its CPU is done",
	  { 2, { load_x_store_y, load_y_store_x }, both_new })
ALLOWED(load_before_store, "9.2.3.4: a load may be done before an earlier store is seen (counted only)",
	{ 2, { store_x_load_y, store_y_load_x }, both_old })
ALLOWED(forwarding, "9.2.3.5: a CPU may see its own store before others do (counted only)",
	{ 2, { store_x_load_x_load_y, store_y_load_y_load_x }, both_forwarded })
FORBIDDEN(own_stores, "9.2.3.5: a CPU always sees its own store",
	  { 2, { store_x_load_x_load_y, store_y_load_y_load_x }, own_store_missed })
FORBIDDEN(transitive, "9.2.3.6: stores are transitively visible",
	  { 3, { store_x, load_x_store_y, load_y_load_x }, not_transitive })
FORBIDDEN(one_order, "9.2.3.7: all CPUs see the stores of two others in one order",
	  { 4, { store_x, store_y, load_x_load_y, load_y_load_x }, two_orders })
FORBIDDEN(locked, "9.2.3.9: a load is not done before an earlier locked instruction",
	  { 2, { exchange_x_load_y, exchange_y_load_x }, both_old })
FORBIDDEN(fenced, "9.2.5: a load is not done before a store that a fence separates from it",
	  { 2, { store_x_fence_load_y, store_y_fence_load_x }, both_old })
