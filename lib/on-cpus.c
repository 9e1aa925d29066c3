/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls between CPUs: one mailbox for each, see on-cpus.h. */
#include "arch-hooks.h"
#include "on-cpus.h"
#include "patience.h"

enum state { FREE, RESERVED, POSTED, RUNNING };

/* FREE -> RESERVED (a caller fills it) -> POSTED -> RUNNING (on its CPU) -> FREE. */
static struct mailbox {
	u32 state;
	u32 done;			/* how many calls have ended */
	void (*function)(void *data);
	void *data;
} __aligned(64) mailboxes[NR_CPUS];

static u32 state_of(struct mailbox *box)
{
	return __atomic_load_n(&box->state, __ATOMIC_ACQUIRE);
}

static bool move(struct mailbox *box, u32 from, u32 to)
{
	return __atomic_compare_exchange_n(&box->state, &from, to, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

/* Runs the call in a mailbox of this CPU; its interrupt and a wait may both come for it, and only one gets it. */
static void serve(void *data)
{
	struct mailbox *box = data;
	int cpu = (int)(box - mailboxes);

	if (!move(box, POSTED, RUNNING))
		return;
	box->function(box->data);
	cpumask_set_cpu(cpu, &cpu_idle_mask);
	__atomic_add_fetch(&box->done, 1, __ATOMIC_RELEASE);
	__atomic_store_n(&box->state, FREE, __ATOMIC_RELEASE);
}

/* One round of waiting for another CPU's mailbox. */
static void wait(struct mailbox *box, struct patience *patience)
{
	int cpu = (int)(box - mailboxes);

	serve(&mailboxes[arch_cpu_id()]);
	if (!patience_over(patience, ON_CPU_PATIENCE))
		return;
	*patience = (struct patience){ 0 };
	if (state_of(box) != RUNNING)
		report_abort("CPU %d has not taken the call of CPU %d for %d seconds", cpu, arch_cpu_id(),
			     ON_CPU_PATIENCE);
	report_info("CPU %d waits for CPU %d, which has run a call for %d seconds", arch_cpu_id(), cpu,
		    ON_CPU_PATIENCE);
}

static void check(int cpu)
{
	if (cpu < 0 || cpu >= cpumask_cpus())
		report_abort("there is no CPU %d to call: there are %d", cpu, cpumask_cpus());
}

/* Posts a call to another CPU; returns what done will be past when it has ended. */
static u32 post(int cpu, void (*function)(void *data), void *data)
{
	struct mailbox *box = &mailboxes[cpu];
	struct patience patience = { 0 };
	u32 done;

	while (!move(box, FREE, RESERVED))
		wait(box, &patience);
	done = __atomic_load_n(&box->done, __ATOMIC_ACQUIRE);
	box->function = function;
	box->data = data;
	cpumask_clear_cpu(cpu, &cpu_idle_mask);
	__atomic_store_n(&box->state, POSTED, __ATOMIC_RELEASE);
	if (!arch_call_cpu(cpu, serve, box))
		report_abort("CPU %d cannot be called", cpu);
	return done;
}

static void wait_done(int cpu, u32 done)
{
	struct mailbox *box = &mailboxes[cpu];
	struct patience patience = { 0 };

	while (__atomic_load_n(&box->done, __ATOMIC_ACQUIRE) == done)
		wait(box, &patience);
}

void on_cpu(int cpu, void (*function)(void *data), void *data)
{
	check(cpu);
	if (cpu == arch_cpu_id())
		function(data);
	else
		wait_done(cpu, post(cpu, function, data));
}

void on_cpu_async(int cpu, void (*function)(void *data), void *data)
{
	check(cpu);
	if (cpu == arch_cpu_id())
		function(data);
	else
		post(cpu, function, data);
}

void on_cpumask_async(const cpumask_t *mask, void (*function)(void *data), void *data)
{
	int me = arch_cpu_id(), cpu;

	for_each_cpu(cpu, mask)
		if (cpu != me)
			post(cpu, function, data);
	if (cpumask_test_cpu(me, mask))
		function(data);
}

/* A call to many: each CPU leaves pending when it is done. Lives on the stack of the caller, who waits for that. */
struct batch {
	void (*function)(void *data);
	void *data;
	cpumask_t pending;
};

static void run_of_batch(void *data)
{
	struct batch *batch = data;

	batch->function(batch->data);
	cpumask_clear_cpu(arch_cpu_id(), &batch->pending);
}

void on_cpumask(const cpumask_t *mask, void (*function)(void *data), void *data)
{
	struct batch batch = { function, data, *mask };
	struct patience patience;
	int cpu;

	on_cpumask_async(mask, run_of_batch, &batch);
	for_each_cpu(cpu, mask) {
		patience = (struct patience){ 0 };
		while (cpumask_test_cpu(cpu, &batch.pending)) {
			barrier();
			wait(&mailboxes[cpu], &patience);
		}
	}
}

void on_cpus(void (*function)(void *data), void *data)
{
	cpumask_t all;

	cpumask_setall(&all);
	on_cpumask(&all, function, data);
}

int cpus_active(void)
{
	int n = 0;

	for (int cpu = 0; cpu < cpumask_cpus(); cpu++)
		n += state_of(&mailboxes[cpu]) != FREE;
	return n;
}
