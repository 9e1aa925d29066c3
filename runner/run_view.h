/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What formatters remember of a run while its events go by: which tests run, and of each what its report will
 * need when it ends. Bounded: a test that fails a million checks is remembered by its first ones and a count.
 */
#ifndef RUN_VIEW_H
#define RUN_VIEW_H

#include <jansson.h>
#include "util.h"
#include "verdict.h"

#define CASE_MAX_EVENTS 20	/* remembered of one case */
#define OUTSIDE_MAX_EVENTS 100	/* remembered of a test outside its cases */
#define TEST_MAX_CASES 10000

/* A case that did not pass, or what happened outside cases. */
struct case_view {
	char *name;			/* NULL: outside */
	json_t *end;			/* its case-end; NULL: it has not ended */
	enum verdict verdict;		/* once it or the test has ended */
	json_t *events;			/* check (not pass), trace, abort; in order */
	size_t dropped;			/* events beyond the first ones */
};

/* One job. */
struct test_view {
	char *label;			/* "msr", "x86_64 msr" if the run has several architectures */
	char *name;			/* as a selection on the command line: "msr", "x86_64:msr" */
	json_t *start;			/* its test-start; NULL: it was not started */
	bool ended;
	uint64_t since_ms;		/* now_ms() of its start */
	struct case_view outside;
	struct case_view *cases;	/* the last one may be running */
	size_t n_cases, dropped_cases;
	json_t *reported;		/* object: names of the cases that ended */
	void *own;			/* whatever the formatter hangs here, and frees */
};

#define RUN_MAX_ARCHS 64

/* The tests of one architecture that ended. */
struct arch_view {
	char *name;
	size_t verdicts[VERDICTS];
	json_int_t wall_ms;		/* of all of them, one behind the other */
	json_t *skip;			/* its arch-skip; NULL: it was not skipped */
};

struct run_view {
	json_t *start;			/* run-start */
	json_t *end;			/* run-end */
	bool several_archs, parallel;
	struct test_view **tests;	/* by id, NULL: nothing said yet */
	size_t n_tests;
	struct arch_view *archs;	/* in the order of run-start, then as they come */
	size_t n_archs, n_arch_skips;
	size_t n_ended;
	size_t verdicts[VERDICTS];	/* of the tests that ended */
	json_int_t n_planned;
};

/* Notes the event. Returns the test that it is about, NULL if none or one that was not started. */
struct test_view *run_view_event(struct run_view *run, const json_t *event);
/*
 * A test-end, verdict error, for the test with this id, if it started and did not end: of a run that was
 * interrupted or killed. NULL if there is nothing to say.
 */
json_t *run_view_unfinished(const struct run_view *run, size_t id);
/* Forgets what a test that ended needed; its label stays. */
void test_view_release(struct test_view *test);
void run_view_free(struct run_view *run);

/* "file.c:1: name: reason" or the like: the best short reason that is known. */
void case_view_reason(struct strbuf *b, const struct case_view *view);
/* Appends the names of planned cases that did not report. */
void test_view_missing(const struct test_view *test, struct strvec *missing);

#endif
