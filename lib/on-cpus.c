/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls between CPUs: one mailbox for each, see on-cpus.h. */
#include "arch-hooks.h"
#include "on-cpus.h"
#include "patience.h"
#include "setjmp.h"

/*
 * One call to a CPU: EMPTY -> FILLING (by a caller, with its interrupts off) -> POSTED -> TAKING (by the CPU) -> EMPTY,
 * before it runs. So a CPU that runs a call can be sent the next one, and takes it when its interrupts are on, or when
 * it waits for another CPU itself.
 */
enum state { EMPTY, FILLING, POSTED, TAKING };

#define GRACE_ROUNDS	4096	/* for calls that end by themselves: a second where guests are slowest */
#define RECALL_GRACE	1	/* seconds more for them, where CPUs can be recalled */
#define RECALL_PATIENCE	20	/* seconds for each CPU */
#define RECALL_ROUNDS	65536	/* of waiting between two attempts */

struct call {
	void (*function)(void *data);
	void *data;
	u32 *done;			/* set to 1 at the end; NULL: nobody waits */
};

static struct mailbox {
	u32 state;
	u32 pending;			/* calls that are posted or run */
	u32 running;			/* how many run, one inside the other */
	jmp_buf *end;			/* the way out of the innermost that runs; NULL: none does */
	struct call call;
} __aligned(64) mailboxes[NR_CPUS];

static u32 recalling;			/* the case is over, and so are its calls */
static int recaller;			/* by this CPU */
static u32 dying;			/* a CPU aborts the image */

static bool move(struct mailbox *box, u32 from, u32 to)
{
	return __atomic_compare_exchange_n(&box->state, &from, to, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

static u32 load(u32 *p)
{
	return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}

/* The idle mask follows pending, whoever changes that in between. */
static void call_ended(struct mailbox *box)
{
	int cpu = (int)(box - mailboxes);

	if (__atomic_sub_fetch(&box->pending, 1, __ATOMIC_SEQ_CST))
		return;
	cpumask_set_cpu(cpu, &cpu_idle_mask);
	if (__atomic_load_n(&box->pending, __ATOMIC_SEQ_CST))
		cpumask_clear_cpu(cpu, &cpu_idle_mask);
}

/* False: the call was recalled, and its caller waits no more. */
static bool run(struct mailbox *box, const struct call *call)
{
	jmp_buf *outer = box->end, here;
	bool ended = false;

	if (load(&recalling))
		return false;
	if (!setjmp(here)) {
		box->end = &here;
		call->function(call->data);
		ended = !load(&recalling);
	}
	box->end = outer;
	return ended;
}

/* Its interrupt and a wait may both come for a call, and only one gets it. */
void on_cpus_serve(void)
{
	struct mailbox *box = &mailboxes[arch_cpu_id()];
	struct call call;
	bool ended;

	if (load(&box->state) != POSTED || !move(box, POSTED, TAKING))
		return;
	call = box->call;
	__atomic_store_n(&box->state, EMPTY, __ATOMIC_RELEASE);
	box->running++;
	ended = run(box, &call);
	box->running--;
	call_ended(box);
	if (ended && call.done)
		__atomic_store_n(call.done, 1, __ATOMIC_RELEASE);
}

bool on_cpus_pending(void)
{
	return load(&mailboxes[arch_cpu_id()].state) == POSTED;
}

void on_cpus_forget(int cpu)
{
	struct mailbox *box = &mailboxes[cpu];

	memset(&box->call, 0, sizeof(box->call));
	box->running = 0;
	__atomic_store_n(&box->pending, 0, __ATOMIC_SEQ_CST);
	__atomic_store_n(&box->state, EMPTY, __ATOMIC_SEQ_CST);
	cpumask_set_cpu(cpu, &cpu_idle_mask);
}

/* One round of waiting for another CPU. */
static void wait(struct mailbox *box, struct patience *patience)
{
	int cpu = (int)(box - mailboxes);

	on_cpus_serve();
	on_cpus_check();
	if (!patience_over(patience, ON_CPU_PATIENCE))
		return;
	*patience = (struct patience){ 0 };
	if (!load(&box->running))
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

/* Posts a call to another CPU. */
static void post(int cpu, struct call call)
{
	struct mailbox *box = &mailboxes[cpu];
	struct patience patience = { 0 };
	unsigned long irq_state = arch_irq_save();

	/* A handler on this CPU that called the same one would wait for the mailbox that it holds up itself. */
	while (!move(box, EMPTY, FILLING)) {
		arch_irq_restore(irq_state);
		wait(box, &patience);
		irq_state = arch_irq_save();
	}
	box->call = call;
	__atomic_add_fetch(&box->pending, 1, __ATOMIC_SEQ_CST);
	cpumask_clear_cpu(cpu, &cpu_idle_mask);
	__atomic_store_n(&box->state, POSTED, __ATOMIC_RELEASE);
	arch_irq_restore(irq_state);
	if (!arch_kick_cpu(cpu))
		report_abort("CPU %d cannot be called", cpu);
}

void on_cpu(int cpu, void (*function)(void *data), void *data)
{
	struct patience patience = { 0 };
	u32 done = 0;

	check(cpu);
	if (cpu == arch_cpu_id()) {
		function(data);
		return;
	}
	post(cpu, (struct call){ function, data, &done });
	while (!load(&done))
		wait(&mailboxes[cpu], &patience);
}

void on_cpu_async(int cpu, void (*function)(void *data), void *data)
{
	check(cpu);
	if (cpu == arch_cpu_id())
		function(data);
	else
		post(cpu, (struct call){ function, data, NULL });
}

void on_cpu_join(int cpu)
{
	struct patience patience = { 0 };

	check(cpu);
	while (load(&mailboxes[cpu].pending))
		wait(&mailboxes[cpu], &patience);
}

void on_cpumask_async(const cpumask_t *mask, void (*function)(void *data), void *data)
{
	int me = arch_cpu_id(), cpu;

	for_each_cpu(cpu, mask)
		if (cpu != me)
			post(cpu, (struct call){ function, data, NULL });
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
	int n = 1;

	for (int cpu = 0; cpu < cpumask_cpus(); cpu++)
		n += load(&mailboxes[cpu].pending) != 0;
	return n;
}

/* ---- the end of a case ---- */

void on_cpus_check(void)
{
	int me = arch_cpu_id();

	if (load(&recalling) && me != recaller && mailboxes[me].end)
		longjmp(*mailboxes[me].end, 1);
}

void on_cpus_die(void)
{
	mailboxes[arch_cpu_id()].end = NULL;
	__atomic_store_n(&dying, 1, __ATOMIC_SEQ_CST);
}

void on_cpus_restart(void)
{
	int me = arch_cpu_id();
	struct mailbox *box = &mailboxes[me];

	box->end = NULL;
	box->running = 0;
	__atomic_store_n(&box->pending, 0, __ATOMIC_SEQ_CST);
	cpumask_set_cpu(me, &cpu_idle_mask);
	__atomic_store_n(&box->state, EMPTY, __ATOMIC_RELEASE);
}

static bool is_busy(int cpu)
{
	return load(&mailboxes[cpu].pending) != 0;
}

/* False: the architecture has no means to. */
static bool recall(int cpu)
{
	struct patience patience = { 0 };

	for (u32 round = 0; is_busy(cpu); round++) {
		if (round % RECALL_ROUNDS == 0 && !arch_recall_cpu(cpu))
			return false;
		on_cpus_serve();	/* which drops what others called this CPU for */
		if (patience_over(&patience, RECALL_PATIENCE))
			report_abort("CPU %d does not come back from what the case gave it", cpu);
	}
	return true;
}

/* A CPU that is busy with a call, other than this one; -1 if there is none. */
static int find_busy(void)
{
	for (int cpu = 0; cpu < cpumask_cpus(); cpu++)
		if (cpu != arch_cpu_id() && is_busy(cpu))
			return cpu;
	return -1;
}

void on_cpus_recall(void)
{
	struct patience patience = { 0 };
	int cpu;

	/* One that dies in a call says so while the case is open. */
	for (u32 round = 0; load(&dying) || (find_busy() >= 0 && round < GRACE_ROUNDS); round++) {
		on_cpus_serve();
		arch_cpu_relax();
	}
	cpu = find_busy();
	if (cpu < 0 || !arch_recall_cpu(cpu))
		return;
	while (find_busy() >= 0 && !patience_over(&patience, RECALL_GRACE))
		on_cpus_serve();
	recaller = arch_cpu_id();
	__atomic_store_n(&recalling, 1, __ATOMIC_SEQ_CST);
	while ((cpu = find_busy()) >= 0 && recall(cpu))
		;
	on_cpus_serve();	/* drops the last call, too */
	__atomic_store_n(&recalling, 0, __ATOMIC_SEQ_CST);
}
