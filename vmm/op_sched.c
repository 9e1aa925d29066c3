/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A vCPU's thread under the host's scheduler: where it runs, who competes with it, and what the
 * host says it got (Linux Documentation/scheduler/sched-stats.rst, "/proc/<pid>/schedstat").
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "operations.h"

#define COMPETITORS	8		/* for one vCPU */
#define SLEEP_MAX	10000000000ull	/* ns */

/* By vCPU. */
struct competition {
	int core;			/* host CPU that it is pinned to, -1: none */
	unsigned int n;
	pthread_t threads[COMPETITORS];
	atomic_bool stop;
	_Atomic uint64_t used;		/* ns, of those that ended */
};

static struct competition *competitions;
static cpu_set_t allowed;		/* what the VMM was started with */

static struct competition *of(const struct vcpu *vcpu)
{
	const struct machine *m = vcpu->machine;

	if (!competitions) {
		competitions = calloc(m->n_vcpus, sizeof(*competitions));
		sched_getaffinity(0, sizeof(allowed), &allowed);
		for (unsigned int i = 0; competitions && i < m->n_vcpus; i++)
			competitions[i].core = -1;
	}
	return competitions ? &competitions[vcpu->index] : NULL;
}

static int nth_core(uint64_t n)
{
	for (int core = 0; core < CPU_SETSIZE; core++)
		if (CPU_ISSET(core, &allowed) && n-- == 0)
			return core;
	return -1;
}

static int bind_to(int tid, int core)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(core, &set);
	return sched_setaffinity(tid, sizeof(set), &set);
}

static int unbind(int tid)
{
	return sched_setaffinity(tid, sizeof(allowed), &allowed);
}

static int pin(const struct op_call *c)
{
	struct vcpu *target = op_cpu(c, c->args[0]);
	struct competition *competition = of(c->vcpu);
	int core;

	if (!competition)
		return -ENOMEM;
	c->rets[0] = (uint64_t)CPU_COUNT(&allowed);
	if (!target || (c->args[1] != HOSTOP_ALL && c->args[1] >= c->rets[0]))
		return HOSTOP_EARG;
	competition = of(target);
	if (competition->n)
		return HOSTOP_EBUSY;
	core = c->args[1] == HOSTOP_ALL ? -1 : nth_core(c->args[1]);
	competition->core = core;
	if (broken(c->machine, BREAK_PIN_IGNORED))
		return 0;
	return op_result(core < 0 ? unbind(target->thread->tid) :
				    bind_to(target->thread->tid, core));
}

bool operation_unpin(const struct vcpu *vcpu)
{
	struct competition *competition = of(vcpu);

	if (!competition || competition->n)
		return false;
	competition->core = -1;
	unbind(vcpu->thread->tid);
	return true;
}

static void *compete(void *arg)
{
	struct competition *competition = arg;

	struct timespec used;

	bind_to(0, competition->core);
	while (!atomic_load_explicit(&competition->stop, memory_order_relaxed))
		;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
	competition->used += (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec;
	return NULL;
}

/* Returns the ns that they had. */
static uint64_t stop_competitors(struct competition *competition)
{
	competition->used = 0;
	competition->stop = true;
	while (competition->n)
		pthread_join(competition->threads[--competition->n], NULL);
	competition->stop = false;
	return competition->used;
}

static int starve(const struct op_call *c)
{
	struct vcpu *target = op_cpu(c, c->args[0]);
	struct competition *competition = target ? of(target) : NULL;

	if (!competition || c->args[1] > COMPETITORS)
		return HOSTOP_EARG;
	c->rets[0] = stop_competitors(competition);
	if (!c->args[1])
		return 0;
	if (competition->core < 0)
		return HOSTOP_EARG;
	if (broken(c->machine, BREAK_STARVE_IDLE))
		return 0;
	while (competition->n < c->args[1]) {
		int error = pthread_create(&competition->threads[competition->n], NULL, compete,
					   competition);

		if (error) {
			stop_competitors(competition);
			return -error;
		}
		competition->n++;
	}
	return 0;
}

static void where(struct vcpu *vcpu, void *core)
{
	(void)vcpu;
	*(int *)core = sched_getcpu();
}

/* How many of the host CPUs that we may use come before that one. */
static uint64_t number_of(int core)
{
	uint64_t n = 0;

	for (int i = 0; i < core && i < CPU_SETSIZE; i++)
		n += CPU_ISSET(i, &allowed) != 0;
	return n;
}

static int sched(const struct op_call *c)
{
	struct vcpu *target = op_cpu(c, c->args[0]);
	unsigned long long run, wait, slices;
	char text[128];
	int core = 0;
	ssize_t n;

	if (!target || !of(target))
		return HOSTOP_EARG;
	if (target->thread->schedstat_fd < 0)
		return HOSTOP_EUNAVAILABLE;
	n = pread(target->thread->schedstat_fd, text, sizeof(text) - 1, 0);
	if (n <= 0)
		return n < 0 ? -errno : -EIO;
	text[n] = '\0';
	if (sscanf(text, "%llu %llu %llu", &run, &wait, &slices) != 3)
		return -EIO;
	c->rets[0] = run;
	c->rets[1] = wait;
	c->rets[2] = slices;
	vcpu_call(c->vcpu, target, where, &core);
	c->rets[3] = number_of(core);
	return 0;
}

static int pause_vcpu(const struct op_call *c)
{
	struct vcpu *target = op_cpu(c, c->args[0]);

	if (!target || target == c->vcpu || c->args[1] > 1)
		return HOSTOP_EARG;
	if (!broken(c->machine, BREAK_PAUSE_IGNORED))
		vcpu_pause(target, c->args[1]);
	return 0;
}

static int sleep_ns(const struct op_call *c)
{
	if (c->args[0] > SLEEP_MAX)
		return HOSTOP_EARG;
	operation_sleep(c->vcpu, c->args[0]);
	return 0;
}

const struct op_row sched_ops[] = {
	{ HOSTOP_PIN, "PIN", 2, DATA_NONE, 0, 0, pin, 0 },
	{ HOSTOP_STARVE, "STARVE", 2, DATA_NONE, 0, 0, starve, 0 },
	{ HOSTOP_SCHED, "SCHED", 1, DATA_NONE, 0, 0, sched, 0 },
	{ HOSTOP_PAUSE, "PAUSE", 2, DATA_NONE, 0, 0, pause_vcpu, 0 },
	{ HOSTOP_SLEEP, "SLEEP", 1, DATA_NONE, 0, 0, sleep_ns, 0 },
	{ .name = NULL },
};
