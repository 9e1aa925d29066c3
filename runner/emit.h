/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes the events of docs/events.md out of what the runner knows. One function an event; nothing
 * is decided here.
 */
#ifndef EMIT_H
#define EMIT_H

#include "judge.h"
#include "job.h"
#include "options.h"
#include "process.h"
#include "symbolize.h"

void emit_test_start(const struct job *job, const struct strvec *command, const char *log);
void emit_text(const struct job *job, const char *line, size_t len);
void emit_case_start(const struct job *job, const char *name);
/* The record's kind is check, info, abort or metric; test_case NULL: outside cases. */
void emit_record(const struct job *job, const char *test_case, enum record_kind kind,
		 const json_t *record);
void emit_trace(const struct job *job, unsigned int cpu, const struct frame *frames, size_t n);
void emit_case_end(const struct job *job, const struct case_evidence *c, const struct judgement *j);

struct test_end {
	const struct judgement *judgement;
	const struct evidence *evidence;
	const struct judgement *cases;		/* of evidence->cases */
	const struct process_result *result;
	const struct vmm_ending *ending;
	const char *log;
};
void emit_test_end(const struct job *job, const struct test_end *end);
/* Of a job that was not started. */
void emit_not_started(const struct job *job, enum verdict verdict, const char *reason);

void emit_run_start(const struct plan *plan, const struct options *options, const char *log_dir,
		    unsigned int capacity);
/* What of the plan is skipped by whole architectures. */
void emit_arch_skips(const struct plan *plan);
struct run_end {
	unsigned int verdicts[VERDICTS], cases[VERDICTS];
	unsigned int wall_ms;
	enum exit_status status;
	/* complete: every selected job ran, so unused known issues mean something */
	bool interrupted, complete;
};
void emit_run_end(const struct run_end *end, const struct known_issues *known);
/* {"reason", "link", "place"}. */
json_t *emit_issue(const struct known_issue *known);
void emit_error(const char *text);

#endif
