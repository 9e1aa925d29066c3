/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of a trial: what is still in the pipes, how the VMM ended, the verdicts, the last
 * events.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "emit.h"
#include "ending.h"
#include "trial.h"

static void drain(struct trial *t)
{
	for (int i = 0; i < 1000 && t->process.out >= 0; i++) {
		struct pollfd fd = { .fd = t->process.out, .events = POLLIN };

		if (poll(&fd, 1, 0) <= 0)
			break;
		t->next_read = 0;
		trial_work(t, 0);
	}
	t->next_read = 0;
	trial_work(t, 0);
	record_close(&t->parser);
}

/* The driver's word, but for ends that we made, and files that never ran. */
static void explain(struct trial *t)
{
	unsigned int after_ms = t->ending.after_ms;
	/* A VMM that was slow to end and had to be killed did end as it said. */
	int wait_status = t->killed ? 0 : t->result.wait_status;

	t->job->vmm->explain(t->job, t->control, wait_status, t->err.data ? t->err.data : "",
			     t->evidence.exit_status, &t->ending);
	t->ending.after_ms = after_ms;
	if (t->result.exec_errno) {
		t->ending.end = END_NO_BINARY;
		t->ending.cause = xstrdup(strerror(t->result.exec_errno));
		t->broken = xasprintf("%s cannot be executed: %s", t->job->instance->binary,
				      strerror(t->result.exec_errno));
	} else if (t->forced) {
		t->ending.end = t->forced_end;
		free(t->ending.cause);
		t->ending.cause = t->forced_cause;
		t->forced_cause = NULL;
	}
}

static void symbolize_vcpus(struct trial *t)
{
	struct vmm_ending *ending = &t->ending;
	struct frame *frames = xcalloc(ending->n_vcpus, sizeof(*frames));

	for (size_t i = 0; i < ending->n_vcpus; i++)
		frames[i].ip = ending->vcpus[i].ip;
	symbolize(t->job, t->run->options, frames, ending->n_vcpus, false);
	for (size_t i = 0; i < ending->n_vcpus; i++)
		ending->vcpus[i].symbol = frame_describe(&frames[i]);
	frames_free(frames, ending->n_vcpus);
}

static bool in_group(const struct test *test, const char *group)
{
	return strvec_has(&test->groups, group);
}

/* The case that was running first: what comes behind it depends on it. */
static void judge_lost_cases(struct trial *t, const struct outcome *o)
{
	const struct evidence *e = &t->evidence;
	const struct judgement *last = NULL;
	struct judgement j;

	if (e->running != NO_CASE) {
		judge_lost_case(e, e->running, o, NULL, &j);
		trial_case_ended(t, e->running, j);
		last = &t->cases[e->running];
	}
	for (size_t i = 0; i < e->n_cases; i++) {
		if (e->cases[i].ended || i == e->running)
			continue;
		if (e->cases[i].begun && e->cases[i].machine != e->machine)
			continue;	/* judged when its machine went down */
		judge_lost_case(e, i, o, last, &j);
		trial_case_ended(t, i, j);
	}
}

/*
 * A machine that went down in a case takes only that case with it: the case behind it, with which a fresh one is to go
 * on, or NULL. A guest that hangs again and again is not waited for more than MAX_TIMEOUTS times.
 */
#define MAX_TIMEOUTS	2

static const char *case_to_go_on_with(const struct trial *t)
{
	const struct evidence *e = &t->evidence;
	enum vmm_end end = t->ending.end;

	if (e->running == NO_CASE || e->running >= e->n_planned || e->damage || e->disorder ||
	    end == END_KILLED || end == END_FLOOD || end == END_NO_BINARY || t->broken ||
	    in_group(t->job->test, "panic") || t->timeouts + (end == END_TIMEOUT) >= MAX_TIMEOUTS)
		return NULL;
	for (size_t i = e->running + 1; i < e->n_planned; i++)
		if (!e->cases[i].begun)
			return e->cases[i].name;
	return NULL;
}

static void go_on(struct trial *t, const char *from)
{
	struct outcome o = { &t->ending, t->job->vmm->name, false };
	char *end = ending_describe(&t->ending, t->job->vmm->name), *line;
	struct judgement j;

	judge_lost_case(&t->evidence, t->evidence.running, &o, NULL, &j);
	trial_case_ended(t, t->evidence.running, j);
	for (size_t i = 0; i < t->ending.registers.n; i++) {
		log_write(&t->log, "# ", 2);
		log_write(&t->log, t->ending.registers.v[i], strlen(t->ending.registers.v[i]));
		log_write(&t->log, "\n", 1);
	}
	line = xasprintf("# %s; a fresh machine goes on with case %s\n", end, from);
	log_write(&t->log, line, strlen(line));
	t->timeouts += t->ending.end == END_TIMEOUT;
	t->spent.wall_ms += t->result.wall_ms;
	t->spent.cpu_ms += t->result.cpu_ms;
	free(line);
	free(end);
	trial_restart(t, from);
}

static void judge(struct trial *t)
{
	struct outcome o = { &t->ending, t->job->vmm->name, in_group(t->job->test, "panic") };

	judge_lost_cases(t, &o);
	judge_test(&t->evidence, &o, t->cases, &t->judgement);
	if (t->ending.end != END_KILLED && t->ending.end != END_NO_BINARY)
		judge_known(&t->judgement,
			    known_find(t->run->known, &t->circumstances, t->job->test->name, NULL));
}

static void end_log(struct trial *t)
{
	char *end = ending_describe(&t->ending, t->job->vmm->name);
	struct strbuf b = { 0 };

	for (size_t i = 0; i < t->ending.registers.n; i++)
		strbuf_addf(&b, "# %s\n", t->ending.registers.v[i]);
	for (size_t i = 0; i < t->ending.details.n; i++)
		strbuf_addf(&b, "# %s\n", t->ending.details.v[i]);
	strbuf_addf(&b, "# end: %s\n# verdict: %s%s%s\n", end, verdict_name(t->judgement.verdict),
		    t->judgement.reason ? ": " : "",
		    t->judgement.reason ? t->judgement.reason : "");
	log_close(&t->log, b.data);
	if (t->log.error && !t->broken)
		t->broken = xasprintf("cannot write %s: %s", t->log.path, strerror(t->log.error));
	strbuf_free(&b);
	free(end);
}

bool trial_finish(struct trial *t)
{
	const char *from;

	if (t->process.pid > 0 && (!process_reap(&t->process, &t->result) || trial_migrated(t)))
		return false;
	if (!trial_migration_ended(t))
		return false;
	drain(t);
	explain(t);
	if (t->ending.n_vcpus)
		symbolize_vcpus(t);
	from = case_to_go_on_with(t);
	if (from) {
		go_on(t, from);
		return false;
	}
	t->result.wall_ms += t->spent.wall_ms;
	t->result.cpu_ms += t->spent.cpu_ms;
	judge(t);
	end_log(t);
	emit_test_end(t->job, &(struct test_end){ &t->judgement, &t->evidence, t->cases, &t->result,
						  &t->ending, t->log.path });
	return true;
}

void trial_free(struct trial *t)
{
	if (t->control)
		t->job->vmm->control->close(t->control);
	process_close(&t->process);
	trial_records_close(t);
	vmm_ending_free(&t->ending);
	judgement_free(&t->judgement);
	strbuf_free(&t->err);
	free(t->log.path);
	free(t->forced_cause);
	free(t->broken);
	free(t);
}
