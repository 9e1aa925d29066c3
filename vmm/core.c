/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vCPUs' threads: when they may run, how they are stopped, called and ended. A vCPU that is
 * wanted outside the guest has its attention flag and immediate_exit set, and gets a signal, which
 * ends KVM_RUN wherever it is.
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "control.h"
#include "machine.h"
#include "sandbox.h"

#define KICK_SIGNAL	SIGUSR1
#define PARK_SECONDS	2

static void on_kick(int number)
{
	(void)number;
}

void machine_init(struct machine *m, const struct options *options)
{
	struct sigaction action = { .sa_handler = on_kick };
	pthread_condattr_t attr;

	memset(m, 0, sizeof(*m));
	m->options = options;
	m->kvm_fd = m->vm_fd = m->stats_fd = -1;
	pthread_mutex_init(&m->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&m->changed, &attr);
	m->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (m->wake_fd < 0)
		die(STATUS_ENVIRONMENT, "eventfd: %s", strerror(errno));
	sigaction(KICK_SIGNAL, &action, NULL);
}

/* ---- ends ---- */

static void wake_main(struct machine *m)
{
	uint64_t one = 1;

	if (write(m->wake_fd, &one, sizeof(one)) < 0)
		return;		/* it is full: the main thread is awake */
}

void machine_end(struct machine *m, struct vcpu *vcpu, enum end end, uint32_t status,
		 const char *format, ...)
{
	va_list args;

	pthread_mutex_lock(&m->lock);
	if (m->ending.end == END_NONE) {
		va_start(args, format);
		vsnprintf(m->ending.text, sizeof(m->ending.text), format, args);
		va_end(args);
		m->ending.status = status;
		m->ending.vcpu = vcpu;
		m->ending.end = end;
		if (vcpu)
			vcpu->attention = true;
		m->parking = true;
		wake_main(m);
	}
	pthread_mutex_unlock(&m->lock);
}

/* ---- stopping ---- */

void machine_stop(struct machine *m, struct vcpu *vcpu)
{
	pthread_mutex_lock(&m->lock);
	m->parking = true;
	m->stepping = NULL;
	vcpu->attention = true;
	wake_main(m);
	pthread_mutex_unlock(&m->lock);
}

/* The lock is held. */
static bool held(const struct vcpu *vcpu)
{
	const struct machine *m = vcpu->machine;

	return vcpu->paused || m->op_parking || (m->parking && m->stepping != vcpu);
}

void vcpu_kick(struct vcpu *vcpu)
{
	vcpu->attention = true;
	vcpu->run->immediate_exit = 1;
	if (vcpu->started)
		pthread_kill(vcpu->thread->id, KICK_SIGNAL);
}

/* The lock is held. */
static void serve(struct vcpu *vcpu)
{
	void (*call)(struct vcpu *, void *) = vcpu->call;

	if (!call)
		return;
	pthread_mutex_unlock(&vcpu->machine->lock);
	call(vcpu, vcpu->call_arg);
	pthread_mutex_lock(&vcpu->machine->lock);
	vcpu->call = NULL;
	pthread_cond_broadcast(&vcpu->machine->changed);
}

/*
 * Called between two entries of the guest; what is asked of the vCPU that this thread runs is done
 * first. Returns that vCPU.
 */
static struct vcpu *attend(struct host_thread *self)
{
	struct machine *m = self->machine;
	struct vcpu *vcpu;

	pthread_mutex_lock(&m->lock);
	if (!self->ready)
		pthread_cond_broadcast(&m->changed);
	self->ready = true;
	for (;; pthread_cond_wait(&m->changed, &m->lock)) {
		vcpu = self->vcpu;
		if (!vcpu)
			continue;
		serve(vcpu);
		if (!held(vcpu) && !vcpu->call)
			break;
		if (!vcpu->parked)
			pthread_cond_broadcast(&m->changed);
		vcpu->parked = true;
	}
	vcpu->parked = false;
	vcpu->attention = false;
	vcpu->run->immediate_exit = 0;
	pthread_mutex_unlock(&m->lock);
	return vcpu;
}

static struct timespec seconds_from_now(int seconds)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_sec += seconds;
	return at;
}

bool machine_park(struct machine *m, const struct vcpu *self)
{
	struct timespec until = seconds_from_now(PARK_SECONDS);
	bool all = true;

	pthread_mutex_lock(&m->lock);
	if (self) {
		m->op_parking = true;
	} else {
		m->parking = true;
		m->stepping = NULL;
	}
	for (unsigned int i = 0; i < m->n_vcpus; i++)
		if (&m->vcpus[i] != self)
			vcpu_kick(&m->vcpus[i]);
	for (unsigned int i = 0; i < m->n_vcpus && all; i++)
		while (&m->vcpus[i] != self && m->vcpus[i].started && !m->vcpus[i].parked && all)
			all = pthread_cond_timedwait(&m->changed, &m->lock, &until) != ETIMEDOUT;
	pthread_mutex_unlock(&m->lock);
	return all;
}

void machine_unpark(struct machine *m, const struct vcpu *self)
{
	pthread_mutex_lock(&m->lock);
	if (self)
		m->op_parking = false;
	else if (m->ending.end == END_NONE && !m->stepping)
		m->parking = false;
	pthread_cond_broadcast(&m->changed);
	pthread_mutex_unlock(&m->lock);
}

void vcpu_pause(struct vcpu *vcpu, bool paused)
{
	struct machine *m = vcpu->machine;

	pthread_mutex_lock(&m->lock);
	vcpu->paused = paused;
	if (paused)
		vcpu_kick(vcpu);
	pthread_cond_broadcast(&m->changed);
	while (paused && !vcpu->parked && m->ending.end == END_NONE)
		pthread_cond_wait(&m->changed, &m->lock);
	pthread_mutex_unlock(&m->lock);
}

/* ---- calls and operations ---- */

void vcpu_call(struct vcpu *self, struct vcpu *target,
	       void (*function)(struct vcpu *vcpu, void *arg), void *arg)
{
	struct machine *m = target->machine;

	if (self == target) {
		function(target, arg);
		return;
	}
	pthread_mutex_lock(&m->lock);
	target->call = function;
	target->call_arg = arg;
	vcpu_kick(target);
	pthread_cond_broadcast(&m->changed);
	while (target->call)
		pthread_cond_wait(&m->changed, &m->lock);
	pthread_mutex_unlock(&m->lock);
}

static bool must_wait(const struct vcpu *vcpu)
{
	const struct machine *m = vcpu->machine;

	return m->operating || m->op_parking || (m->parking && m->stepping != vcpu);
}

/*
 * A vCPU that waits for its turn counts as parked: it stands in the middle of its OUT, which
 * kvm_settle() completes.
 */
void operation_begin(struct vcpu *vcpu)
{
	struct machine *m = vcpu->machine;

	pthread_mutex_lock(&m->lock);
	vcpu->in_operation = true;
	while (must_wait(vcpu)) {
		vcpu->parked = true;
		pthread_cond_broadcast(&m->changed);
		serve(vcpu);
		if (must_wait(vcpu))
			pthread_cond_wait(&m->changed, &m->lock);
	}
	vcpu->parked = false;
	m->operating = vcpu;
	pthread_mutex_unlock(&m->lock);
}

void operation_end(struct vcpu *vcpu)
{
	struct machine *m = vcpu->machine;

	pthread_mutex_lock(&m->lock);
	m->operating = NULL;
	vcpu->in_operation = false;
	pthread_cond_broadcast(&m->changed);
	pthread_mutex_unlock(&m->lock);
}

void operation_sleep(struct vcpu *vcpu, uint64_t ns)
{
	struct timespec until = seconds_from_now((int)(ns / 1000000000));
	struct machine *m = vcpu->machine;

	until.tv_nsec += (long)(ns % 1000000000);
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&m->lock);
	m->operating = NULL;
	vcpu->parked = true;
	pthread_cond_broadcast(&m->changed);
	do {
		serve(vcpu);
	} while (pthread_cond_timedwait(&m->changed, &m->lock, &until) != ETIMEDOUT);
	pthread_mutex_unlock(&m->lock);
	operation_begin(vcpu);
}

/* ---- threads ---- */

static void *thread_main(void *arg)
{
	struct host_thread *self = arg;
	struct vcpu *vcpu;

	self->tid = (int)syscall(SYS_gettid);
	self->schedstat_fd = sandbox_thread(self->tid);
	for (;;) {
		vcpu = attend(self);
		while (!vcpu->attention)
			kvm_run_once(vcpu);
	}
	return NULL;
}

static void start_thread(struct machine *m, struct host_thread *thread, struct vcpu *vcpu)
{
	int error;

	*thread = (struct host_thread){ .machine = m, .vcpu = vcpu, .schedstat_fd = -1 };
	error = pthread_create(&thread->id, NULL, thread_main, thread);
	if (error)
		die(STATUS_ENVIRONMENT, "no thread for the CPUs: %s", strerror(error));
	if (!vcpu)
		return;
	vcpu->thread = thread;
	vcpu->started = true;
}

static bool wait_until_ready(struct host_thread *thread)
{
	struct timespec until = seconds_from_now(PARK_SECONDS);
	struct machine *m = thread->machine;
	int error = 0;

	pthread_mutex_lock(&m->lock);
	while (!thread->ready && !error)
		error = pthread_cond_timedwait(&m->changed, &m->lock, &until);
	pthread_mutex_unlock(&m->lock);
	return !error;
}

void machine_start(struct machine *m)
{
	struct host_thread *threads = calloc(m->n_vcpus + 1, sizeof(*threads));

	if (!threads)
		die(STATUS_ENVIRONMENT, "no memory for the threads of %u CPUs", m->n_vcpus);
	m->parking = true;
	for (unsigned int i = 0; i < m->n_vcpus; i++) {
		m->vcpus[i].attention = true;
		start_thread(m, &threads[i], &m->vcpus[i]);
	}
	m->spare = &threads[m->n_vcpus];
	start_thread(m, m->spare, NULL);
	if (!machine_park(m, NULL) || !wait_until_ready(m->spare))
		die(STATUS_ENVIRONMENT, "the threads do not start");
}

void vcpu_change_thread(struct vcpu *vcpu)
{
	struct machine *m = vcpu->machine;
	struct host_thread *old = vcpu->thread;

	pthread_mutex_lock(&m->lock);
	vcpu->thread = m->spare;
	vcpu->thread->vcpu = vcpu;
	old->vcpu = NULL;
	m->spare = old;
	pthread_cond_broadcast(&m->changed);
	pthread_mutex_unlock(&m->lock);
}

void machine_go(struct machine *m, struct vcpu *only)
{
	pthread_mutex_lock(&m->lock);
	m->stepping = only;
	pthread_mutex_unlock(&m->lock);
	machine_unpark(m, NULL);
}
