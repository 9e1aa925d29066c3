/* SPDX-License-Identifier: BSD-2-Clause */
/* The events of one test, from test-start to test-end. Those of the run: emit_run.c. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emit.h"
#include "ending.h"
#include "event.h"

/* An object with the event's name and, first of all, the job it belongs to. */
static json_t *new_event(const char *name, const struct job *job)
{
	return json_pack("{s:s, s:I}", "event", name, "id", (json_int_t)job->id);
}

/* Any bytes; NULL: the member stays absent. */
static void set_text(json_t *event, const char *member, const char *text)
{
	if (text)
		json_object_set_new(event, member, event_text(text, strlen(text)));
}

static void append(json_t *array, const struct strvec *v)
{
	for (size_t i = 0; i < v->n; i++)
		json_array_append_new(array, event_text(v->v[i], strlen(v->v[i])));
}

static json_t *strings(const struct strvec *v)
{
	json_t *array = json_array();

	append(array, v);
	return array;
}

/*
 * Of a machine that died the registers are told; of one that merely did not end the reason says
 * where it stood.
 */
static json_t *details(const struct vmm_ending *ending)
{
	json_t *array = strings(&ending->details);

	if (ending_is_crash(ending->end))
		append(array, &ending->registers);
	return array;
}

json_t *emit_issue(const struct known_issue *known)
{
	json_t *object = json_object(),
	       *place = json_sprintf("%s:%u", known->place.file, known->place.line);

	set_text(object, "reason", known->reason ? known->reason : known->name);
	set_text(object, "link", known->link);
	json_object_set_new(object, "place", place);
	return object;
}

static void set_judgement(json_t *event, const struct judgement *j)
{
	json_object_set_new(event, "verdict", json_string(verdict_name(j->verdict)));
	set_text(event, "reason", j->reason);
	if (j->known)
		json_object_set_new(event, "known_issue", emit_issue(j->known));
}

void emit_test_start(const struct job *job, const struct strvec *command, const char *log)
{
	json_t *event = new_event("test-start", job);

	set_text(event, "arch", job->arch);
	set_text(event, "test", job->test->name);
	set_text(event, "dir", job->test->dir);
	set_text(event, "vmm", job->vmm->name);
	set_text(event, "vmm_version", job->instance->version);
	set_text(event, "accel", job->accel);
	set_text(event, "machine", job->machine);
	json_object_set_new(event, "command", strings(command));
	set_text(event, "log", log);
	json_object_set_new(event, "cases", strings(&job->planned));
	event_emit(event);
}

void emit_text(const struct job *job, const char *line, size_t len)
{
	json_t *event = new_event("text", job);

	json_object_set_new(event, "text", event_text(line, len));
	event_emit(event);
}

void emit_case_start(const struct job *job, const char *name)
{
	json_t *event = new_event("case-start", job);

	set_text(event, "case", name);
	event_emit(event);
}

static void copy(json_t *event, const json_t *record, const char *member)
{
	json_t *value = json_object_get(record, member);

	if (value)
		json_object_set(event, member, value);
}

static void set_verdict(json_t *event, const char *said)
{
	enum verdict verdict = VERDICT_ERROR;

	evidence_verdict(said, &verdict);
	json_object_set_new(event, "verdict", json_string(verdict_name(verdict)));
}

void emit_record(const struct job *job, const char *test_case, enum record_kind kind,
		 const json_t *record)
{
	static const char *const names[RECORD_KINDS] = {
		[RECORD_CHECK] = "check",
		[RECORD_INFO] = "info",
		[RECORD_ABORT] = "abort",
		[RECORD_METRIC] = "metric",
	};
	static const char *const members[] = {
		"name", "file", "line", "reason", "text", "value", "unit",
	};
	json_t *event = new_event(names[kind], job);

	if (kind == RECORD_CHECK || kind == RECORD_METRIC)
		set_text(event, "case", test_case);
	if (kind == RECORD_CHECK)
		set_verdict(event, json_string_value(json_object_get(record, "v")));
	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		copy(event, record, members[i]);
	event_emit(event);
}

void emit_trace(const struct job *job, unsigned int cpu, const struct frame *frames, size_t n)
{
	json_t *event = new_event("trace", job), *array = json_array();

	json_object_set_new(event, "cpu", json_integer(cpu));
	for (size_t i = 0; i < n; i++) {
		json_t *frame = json_object();

		json_object_set_new(frame, "ip", json_sprintf("0x%" PRIx64, frames[i].ip));
		set_text(frame, "function", frames[i].function);
		set_text(frame, "file", frames[i].file);
		if (frames[i].line)
			json_object_set_new(frame, "line", json_integer(frames[i].line));
		json_array_append_new(array, frame);
	}
	json_object_set_new(event, "frames", array);
	event_emit(event);
}

void emit_case_end(const struct job *job, const struct case_evidence *c, const struct judgement *j)
{
	json_t *event = new_event("case-end", job);

	set_text(event, "case", c->name);
	set_judgement(event, j);
	if (c->ended) {
		json_object_set_new(event, "checks", json_integer((json_int_t)c->said_checks));
		json_object_set_new(event, "failed", json_integer((json_int_t)c->said_failed));
	}
	if (c->has_ns)
		json_object_set_new(event, "ns", json_integer((json_int_t)c->ns));
	event_emit(event);
}

static uint64_t at_most(uint64_t n, uint64_t max)
{
	return n < max ? n : max;
}

static json_t *counts(const uint64_t *n)
{
	json_t *object = json_object();

	for (unsigned int v = 0; v < VERDICTS; v++)
		if (n[v])
			json_object_set_new(object, verdict_name(v),
					    json_integer((json_int_t)at_most(n[v], UINT32_MAX)));
	return object;
}

/* Checks by verdict: those with a record, and the passes that were only counted. */
static void sum_checks(const struct evidence *e, uint64_t *n)
{
	for (unsigned int v = 0; v < VERDICTS; v++)
		n[v] = e->outside.counts[v];
	for (size_t i = 0; i < e->n_cases; i++) {
		const struct case_evidence *c = &e->cases[i];
		uint64_t recorded = 0;

		for (unsigned int v = 0; v < VERDICTS; v++) {
			n[v] += c->checks.counts[v];
			recorded += v == VERDICT_SKIP ? 0 : c->checks.counts[v];
		}
		if (c->said_checks > recorded)
			n[VERDICT_PASS] += c->said_checks - recorded;
	}
}

void emit_test_end(const struct job *job, const struct test_end *end)
{
	json_t *event = new_event("test-end", job);
	uint64_t checks[VERDICTS], cases[VERDICTS] = { 0 };

	for (size_t i = 0; i < end->evidence->n_cases; i++)
		cases[end->cases[i].verdict]++;
	sum_checks(end->evidence, checks);
	set_text(event, "arch", job->arch);
	set_text(event, "test", job->test->name);
	set_judgement(event, end->judgement);
	json_object_set_new(event, "cases", counts(cases));
	json_object_set_new(event, "checks", counts(checks));
	json_object_set_new(event, "wall_ms", json_integer(end->result->wall_ms));
	json_object_set_new(event, "cpu_ms", json_integer(end->result->cpu_ms));
	if (end->ending->end == END_EXIT_DEVICE)
		json_object_set_new(event, "status", json_integer(end->ending->status));
	else if (end->evidence->exit_status >= 0)
		json_object_set_new(event, "status", json_integer(end->evidence->exit_status));
	set_text(event, "log", end->log);
	if (verdict_is_bad(end->judgement->verdict))
		json_object_set_new(event, "details", details(end->ending));
	event_emit(event);
}

void emit_not_started(const struct job *job, enum verdict verdict, const char *reason)
{
	json_t *event = new_event("test-end", job);

	set_text(event, "arch", job->arch);
	set_text(event, "test", job->test->name);
	json_object_set_new(event, "verdict", json_string(verdict_name(verdict)));
	set_text(event, "reason", reason);
	event_emit(event);
}
