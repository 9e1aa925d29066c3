/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs the jobs of a plan: as many at once as there are CPUs for their vCPUs, in one thread that
 * sleeps in poll() until a pipe, a child or a deadline wants something. What one job is: trial.c.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "emit.h"
#include "event.h"
#include "guard.h"
#include "plan.h"
#include "run.h"
#include "run_dir.h"
#include "trial.h"

#define TICK_MS		200	/* for the live line */

struct run {
	struct run_context context;
	struct plan *plan;
	size_t next;			/* job to be started */
	unsigned int capacity;		/* vCPUs that may run at once */
	struct trial **trials;
	size_t n_trials;
	struct pollfd *fds;
	struct run_end end;
	uint64_t start_ms;
	unsigned int started;
	bool stopping;			/* nothing more is started, what runs is finished */
	bool broken;			/* the environment is */
};

/* ---- signals: a pipe that poll() sees ---- */

static int signal_pipe[2] = { -1, -1 };
static volatile sig_atomic_t interruptions;

static void on_signal(int number)
{
	int saved = errno;

	if (number != SIGCHLD)
		interruptions++;
	/* If the pipe is full, poll() wakes up all the same. */
	while (write(signal_pipe[1], "", 1) < 0 && errno == EINTR)
		continue;
	errno = saved;
}

static void catch_signals(void)
{
	static const int numbers[] = { SIGCHLD, SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	if (!process_pipe(signal_pipe))
		die(EXIT_ENVIRONMENT, "cannot create a pipe: %s", strerror(errno));
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		sigaction(numbers[i], &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static void empty_signal_pipe(void)
{
	char bytes[64];

	while (read(signal_pipe[0], bytes, sizeof(bytes)) > 0)
		;
}

/* ---- starting ---- */

static unsigned int vcpus_of(const struct job *job)
{
	return job->smp > 0 ? (unsigned int)job->smp : 1;
}

/* A job that wants more than there is runs alone. */
static bool fits(const struct run *r, const struct job *job)
{
	return !r->n_trials || r->context.busy + vcpus_of(job) <= r->capacity;
}

static void not_started(struct run *r, const struct job *job, enum verdict verdict,
			const char *reason)
{
	emit_not_started(job, verdict, reason);
	r->end.verdicts[verdict]++;
	if (verdict_is_bad(verdict) && r->context.options->fail_fast)
		r->stopping = true;
}

/*
 * Starts jobs in their order while they fit. One that does not fit waits, and so do those behind
 * it.
 */
static void start_jobs(struct run *r)
{
	while (r->next < r->plan->n && !r->stopping && !interruptions) {
		const struct job *job = &r->plan->jobs[r->next];

		if (job->error_reason) {
			not_started(r, job, VERDICT_ERROR, job->error_reason);
			r->started++;
		} else if (job->skip_reason) {
			not_started(r, job, VERDICT_SKIP, job->skip_reason);
		} else if (fits(r, job)) {
			r->trials[r->n_trials++] = trial_start(job, &r->context);
			r->context.busy += vcpus_of(job);
			r->started++;
		} else {
			return;
		}
		r->next++;
	}
}

/* ---- ending ---- */

static void count(struct run *r, const struct trial *t)
{
	r->end.verdicts[t->judgement.verdict]++;
	for (size_t i = 0; i < t->n_cases; i++)
		r->end.cases[t->cases[i].verdict]++;
	if (verdict_is_bad(t->judgement.verdict) && r->context.options->fail_fast)
		r->stopping = true;
}

static void break_run(struct run *r, const char *why)
{
	if (!r->broken)
		emit_error(why);
	r->broken = r->stopping = true;
}

/* true if the trial is over; then its place is free. */
static bool finish(struct run *r, size_t i)
{
	struct trial *t = r->trials[i];

	if (!trial_finish(t))
		return false;
	count(r, t);
	if (t->broken)
		break_run(r, t->broken);
	r->context.busy -= vcpus_of(t->job);
	r->trials[i] = r->trials[--r->n_trials];
	trial_free(t);
	return true;
}

static void kill_all(struct run *r)
{
	for (size_t i = 0; i < r->n_trials; i++)
		trial_interrupt(r->trials[i]);
}

/*
 * The first signal kills the VMMs and tells what is known; a second one does not wait even for
 * that.
 */
static void heed_interruption(struct run *r)
{
	if (!interruptions)
		return;
	if (interruptions > 1) {
		guard_stop();
		_exit(EXIT_INTERRUPTED);
	}
	if (!r->end.interrupted)
		kill_all(r);
	r->end.interrupted = true;
}

/* ---- the loop ---- */

static void wait_for_something(struct run *r, uint64_t *next_tick)
{
	uint64_t now = now_ms(), wake = *next_tick;
	size_t n = 1;

	r->fds[0] = (struct pollfd){ .fd = signal_pipe[0], .events = POLLIN };
	for (size_t i = 0; i < r->n_trials; i++)
		n += trial_poll(r->trials[i], r->fds + n, now, &wake);
	if (poll(r->fds, (nfds_t)n, wake > now ? (int)(wake - now) : 0) < 0 && errno != EINTR)
		die(EXIT_ENVIRONMENT, "poll: %s", strerror(errno));
	now = now_ms();
	if (now >= *next_tick) {
		event_tick();
		*next_tick = now + TICK_MS;
	}
}

static void loop(struct run *r)
{
	uint64_t next_tick = now_ms() + TICK_MS;

	start_jobs(r);
	while (r->n_trials) {
		wait_for_something(r, &next_tick);
		empty_signal_pipe();
		heed_interruption(r);
		for (size_t i = 0; i < r->n_trials; ) {
			trial_work(r->trials[i], now_ms());
			i += !finish(r, i);
		}
		if (event_failed() && !r->stopping) {
			r->stopping = r->broken = true;
			kill_all(r);
		}
		start_jobs(r);
	}
}

static enum exit_status status_of(const struct run *r)
{
	if (r->end.interrupted)
		return EXIT_INTERRUPTED;
	if (r->broken || event_failed())
		return EXIT_ENVIRONMENT;
	for (unsigned int v = 0; v < VERDICTS; v++)
		if (r->end.verdicts[v] && verdict_is_bad(v))
			return EXIT_FAILED;
	return r->started ? EXIT_EXPECTED : EXIT_NOTHING;
}

/* Those that were not reached are said, so that the counts add up to the plan. */
static void tell_not_reached(struct run *r)
{
	for (; r->next < r->plan->n && !event_failed(); r->next++)
		not_started(r, &r->plan->jobs[r->next], VERDICT_SKIP,
			    r->end.interrupted ? "not run: interrupted" :
			    r->broken	       ? "not run: the environment is broken" :
						 "not run: a test failed before (--fail-fast)");
}

static unsigned int host_cpus(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	return cpus > 0 ? (unsigned int)cpus : 1;
}

enum exit_status run_jobs(struct plan *plan, const struct options *options,
			  struct known_issues *known)
{
	struct run r = { .plan = plan, .start_ms = now_ms() };

	guard_start();
	catch_signals();
	r.context = (struct run_context){ options, known, run_dir_make(options), host_cpus(), 0 };
	r.capacity = options->parallel ? options->parallel : r.context.cpus;
	r.trials = xcalloc(plan->n, sizeof(struct trial *));
	r.fds = xcalloc(1 + (size_t)r.capacity * TRIAL_FDS + TRIAL_FDS, sizeof(*r.fds));
	emit_run_start(plan, options, r.context.log_dir, r.capacity);
	emit_arch_skips(plan);
	loop(&r);
	r.end.complete = r.next == plan->n && options->all && !plan_skips_archs(plan);
	heed_interruption(&r);
	tell_not_reached(&r);
	r.end.wall_ms = (unsigned int)(now_ms() - r.start_ms);
	r.end.status = status_of(&r);
	emit_run_end(&r.end, known);
	guard_stop();
	free(r.fds);
	free(r.trials);
	free(r.context.log_dir);
	return r.end.status;
}
