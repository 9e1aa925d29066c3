/* SPDX-License-Identifier: BSD-2-Clause */
/* The events of a whole run: its start, its end, and an environment that fails. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "emit.h"
#include "event.h"

/* The VMM and accelerator of each architecture that something is run on. */
static json_t *vmms_of(const struct plan *plan)
{
	json_t *array = json_array();
	struct strvec seen = { 0 };

	for (size_t i = 0; i < plan->n; i++) {
		const struct job *job = &plan->jobs[i];
		const struct vmm_instance *q = job->instance;
		char *key;

		if (job->skip_reason || job->error_reason || !q || !q->binary)
			continue;
		key = xasprintf("%s %s %s", job->arch, q->binary, job->accel ? job->accel : "");
		if (!strvec_has(&seen, key)) {
			strvec_push(&seen, key);
			json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:s, s:s*}", "arch",
							       job->arch, "vmm", q->vmm->name,
							       "binary", q->binary, "version",
							       q->version, "accel", job->accel));
		}
		free(key);
	}
	strvec_free(&seen);
	return array;
}

static void add_option(json_t *words, const char *name, const char *value)
{
	if (!value)
		return;
	json_array_append_new(words, json_string(name));
	json_array_append_new(words, event_text(value, strlen(value)));
}

/* The command that repeats the run but for its tests. */
static json_t *again(const struct options *options)
{
	json_t *words = json_array();

	if (options->qemu) {
		json_array_append_new(words, json_string("env"));
		json_array_append_new(words, json_sprintf("QEMU=%s", options->qemu));
	}
	json_array_append_new(words, json_string("./run_tests.sh"));
	for (size_t i = 0; i < options->archs.n; i++)
		add_option(words, "--arch", options->archs.v[i]);
	add_option(words, "--arch", options->all_archs ? "all" : NULL);
	add_option(words, "--accel", options->accel);
	add_option(words, "--machine", options->machine);
	add_option(words, "--config", options->config);
	for (size_t i = 0; i < options->env.n; i++)
		add_option(words, "--env", options->env.v[i]);
	return words;
}

/* What that command has behind the tests: the user's words for the VMM. */
static json_t *again_extra(const struct options *options)
{
	json_t *words = json_array();

	for (size_t i = 0; i < options->extra.n; i++) {
		if (i == 0)
			json_array_append_new(words, json_string("--"));
		json_array_append_new(words, event_text(options->extra.v[i], strlen(options->extra.v[i])));
	}
	return words;
}

void emit_run_start(const struct plan *plan, const struct options *options, const char *log_dir,
		    unsigned int capacity)
{
	json_t *event = json_pack("{s:s, s:i}", "event", "run-start", "version", 1);
	time_t now = time(NULL);
	char stamp[32];
	struct tm utc;

	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
	json_object_set_new(event, "time", json_string(stamp));
	json_object_set_new(event, "id", json_sprintf("%s-%ld", stamp, (long)getpid()));
	json_object_set_new(event, "log_dir", event_text(log_dir, strlen(log_dir)));
	json_object_set_new(event, "tests", json_integer((json_int_t)plan->n));
	json_object_set_new(event, "jobs", json_integer(capacity));
	json_object_set_new(event, "vmm", vmms_of(plan));
	json_object_set_new(event, "again", again(options));
	if (options->extra.n)
		json_object_set_new(event, "again_extra", again_extra(options));
	event_emit(event);
}

void emit_arch_skips(const struct plan *plan)
{
	for (size_t i = 0; i < plan->archs.n; i++) {
		const struct arch_skip *skip = &plan->skips[i];
		json_t *event;

		if (!skip->tests)
			continue;
		event = json_pack("{s:s, s:s}", "event", "arch-skip", "arch", plan->archs.v[i]);
		json_object_set_new(event, "reason", event_text(skip->reason, strlen(skip->reason)));
		json_object_set_new(event, "tests", json_integer(skip->tests));
		event_emit(event);
	}
}

static json_t *counts(const unsigned int *n)
{
	json_t *object = json_object();

	for (unsigned int v = 0; v < VERDICTS; v++)
		if (n[v])
			json_object_set_new(object, verdict_name(v), json_integer(n[v]));
	return object;
}

static json_t *unused(const struct known_issues *known)
{
	json_t *array = json_array();

	for (size_t i = 0; i < known->n; i++)
		if (!known->issues[i].used)
			json_array_append_new(array, emit_issue(&known->issues[i]));
	return array;
}

void emit_run_end(const struct run_end *end, const struct known_issues *known)
{
	json_t *event = json_pack("{s:s}", "event", "run-end");

	json_object_set_new(event, "verdicts", counts(end->verdicts));
	json_object_set_new(event, "cases", counts(end->cases));
	json_object_set_new(event, "wall_ms", json_integer(end->wall_ms));
	json_object_set_new(event, "exit", json_integer(end->status));
	if (end->complete)
		json_object_set_new(event, "unused_known_issues", unused(known));
	if (end->interrupted)
		json_object_set_new(event, "interrupted", json_true());
	event_emit(event);
}

void emit_error(const char *text)
{
	json_t *event = json_pack("{s:s}", "event", "error");

	json_object_set_new(event, "text", event_text(text, strlen(text)));
	event_emit(event);
}
