/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console of a trial: each record becomes evidence, an event and a line of the log; text the
 * latter two.
 */
#include <stdlib.h>
#include <string.h>
#include "emit.h"
#include "render.h"
#include "trial.h"

#define TEXT_MAX (1u << 20) /* bytes of text that become events; the log has its own bounds */
#define TRACES_MAX	20		/* that are symbolized, each by a process */
#define FRAMES_MAX	64
#define EXIT_MS		10000		/* from the announced exit to the end */

static void log_record(struct trial *t, enum record_kind kind, const json_t *record)
{
	struct strbuf b = { 0 };

	render_record(&b, kind, record);
	if (b.len)
		log_write(&t->log, b.data, b.len);
	strbuf_free(&b);
}

static void on_trace(struct trial *t, const json_t *record)
{
	json_t *ips = json_object_get(record, "ip");
	size_t n = json_array_size(ips) < FRAMES_MAX ? json_array_size(ips) : FRAMES_MAX;
	struct frame *frames = xcalloc(n, sizeof(*frames));

	for (size_t i = 0; i < n; i++)
		frames[i].ip = strtoull(json_string_value(json_array_get(ips, i)), NULL, 16);
	if (t->traces++ < TRACES_MAX)
		symbolize(t->job, t->run->options, frames, n, true);
	emit_trace(t->job, (unsigned int)json_integer_value(json_object_get(record, "cpu")), frames,
		   n);
	for (size_t i = 0; i < n; i++) {
		char *words = frame_describe(&frames[i]), *line;

		line = xasprintf("  0x%llx %s\n", (unsigned long long)frames[i].ip,
				 words ? words : "");
		log_write(&t->log, line, strlen(line));
		free(line);
		free(words);
	}
	frames_free(frames, n);
}

/* Cases that were not planned make the array grow. */
static void grow_cases(struct trial *t)
{
	if (t->n_cases >= t->evidence.n_cases)
		return;
	t->cases = xrealloc(t->cases, t->evidence.n_cases * sizeof(*t->cases));
	while (t->n_cases < t->evidence.n_cases)
		t->cases[t->n_cases++] = (struct judgement){ 0 };
}

void trial_case_ended(struct trial *t, size_t i, struct judgement j)
{
	const struct case_evidence *c = &t->evidence.cases[i];

	if (!t->forced || t->forced_end != END_KILLED || c->ended)
		judge_known(&j, known_find(t->run->known, &t->circumstances, t->job->test->name,
					   c->name));
	t->cases[i] = j;
	emit_case_end(t->job, c, &t->cases[i]);
}

/*
 * Its exit was announced: a machine that goes on after that is not waited for as long as a test
 * may take.
 */
static void on_exit_record(struct trial *t)
{
	uint64_t soon = now_ms() + EXIT_MS;

	if (t->phase == TRIAL_RUNNING && t->deadline > soon)
		t->deadline = soon;
}

static void on_record(void *arg, enum record_kind kind, json_t *record)
{
	struct trial *t = arg;
	size_t i = evidence_record(&t->evidence, kind, record);
	const char *name = i == NO_CASE ? NULL : t->evidence.cases[i].name;
	struct judgement j;

	grow_cases(t);
	log_record(t, kind, record);
	if (kind == RECORD_CHECK || kind == RECORD_INFO || kind == RECORD_ABORT ||
	    kind == RECORD_METRIC)
		emit_record(t->job, name, kind, record);
	else if (kind == RECORD_TRACE)
		on_trace(t, record);
	else if (kind == RECORD_MIGRATE)
		trial_migrate(t, json_string_value(json_object_get(record, "what")));
	else if (kind == RECORD_EXIT)
		on_exit_record(t);
	else if (kind == RECORD_BEGIN && name)
		emit_case_start(t->job, name);
	else if (kind == RECORD_END && name) {
		judge_ended_case(&t->evidence.cases[i], &j);
		trial_case_ended(t, i, j);
	}
}

static void on_text(void *arg, const char *line, size_t len)
{
	static const char enough[] =
		"[vmunit: more text than fits here; the log has its beginning and end]";
	struct trial *t = arg;
	struct strbuf b = { 0 };

	render_text(&b, line, len);
	log_write(&t->log, b.data, b.len);
	strbuf_free(&b);
	if (t->text_bytes <= TEXT_MAX) {
		t->text_bytes += len + 1;
		if (t->text_bytes <= TEXT_MAX)
			emit_text(t->job, line, len);
		else
			emit_text(t->job, enough, sizeof(enough) - 1);
	}
}

static void on_damage(void *arg, const char *what)
{
	struct trial *t = arg;
	char *line = xasprintf("[vmunit: damaged: %s]\n", what);

	evidence_damage(&t->evidence, what);
	log_write(&t->log, line, strlen(line));
	free(line);
}

void trial_records_reopen(struct trial *t, const char *token)
{
	static const struct record_sink sink = { on_record, on_text, on_damage };

	record_open(&t->parser, token, &sink, t);
}

void trial_records_open(struct trial *t, const char *token)
{
	evidence_open(&t->evidence, &t->job->planned);
	grow_cases(t);
	trial_records_reopen(t, token);
}

void trial_records_close(struct trial *t)
{
	for (size_t i = 0; i < t->n_cases; i++)
		judgement_free(&t->cases[i]);
	free(t->cases);
	evidence_close(&t->evidence);
}
