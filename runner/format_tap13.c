/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TAP version 13 (https://testanything.org/tap-version-13-specification.html). A test point is a case, a check
 * outside cases, or, for what none of these says, the test itself. Points appear when their test has ended, since
 * only then a known issue of the whole test is known. Names hold no values, so that runs can be compared.
 */
#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "escape.h"
#include "event.h"
#include "options.h"
#include "tap_yaml.h"

/* What waits for its test's end: a case or a check, as text only, since a test may have very many. */
struct point {
	enum verdict verdict;
	char *name, *reason, *yaml;	/* NULL: nothing to say */
};

struct points {
	struct point *list;
	size_t n, cap;
};

struct tap {
	FILE *out;
	bool verbose;
	struct run_view run;
	size_t n;			/* test points so far */
};

static void *tap_open(FILE *out, const struct options *options)
{
	struct tap *tap = xcalloc(1, sizeof(*tap));

	tap->out = out;
	tap->verbose = options->verbose;
	fputs("TAP version 13\n", out);
	return tap;
}

/* "# msr: INFO: text"; label and what may be empty. */
static void comment(struct tap *tap, const char *label, const char *what, const char *text)
{
	struct strbuf line = { 0 };

	escape_line(&line, label);
	strbuf_addf(&line, "%s%s%s", *label ? ": " : "", what, *what ? ": " : "");
	escape_line(&line, text);
	fprintf(tap->out, "# %s\n", strbuf_text(&line));
	strbuf_free(&line);
}

static char *dup_or_null(const char *text)
{
	return text && *text ? xstrdup(text) : NULL;
}

static void add_point(struct test_view *test, enum verdict verdict, const char *name, const char *reason,
		      const char *yaml)
{
	struct points *points = test->own;

	if (!points)
		test->own = points = xcalloc(1, sizeof(*points));
	if (points->n == points->cap) {
		points->cap = points->cap ? 2 * points->cap : 16;
		points->list = xrealloc(points->list, points->cap * sizeof(*points->list));
	}
	points->list[points->n++] = (struct point) {
		.verdict = verdict, .name = dup_or_null(name), .reason = dup_or_null(reason),
		.yaml = dup_or_null(yaml),
	};
}

static void free_points(struct test_view *test)
{
	struct points *points = test->own;

	if (!points)
		return;
	for (size_t i = 0; i < points->n; i++) {
		free(points->list[i].name);
		free(points->list[i].reason);
		free(points->list[i].yaml);
	}
	free(points->list);
	free(points);
	test->own = NULL;
}

/* The reason of a directive: the known issue's, if there is one. */
static const char *reason_of(const json_t *event)
{
	const char *known = member_text(json_object_get(event, "known_issue"), "reason");

	return *known ? known : member_text(event, "reason");
}

static void add_case(struct test_view *test, const json_t *event)
{
	const struct case_view *view = test->n_cases ? &test->cases[test->n_cases - 1] : NULL;
	struct strbuf yaml = { 0 }, reason = { 0 };

	yaml_text(&yaml, "message", member_text(event, "reason"));
	yaml_issue(&yaml, json_object_get(event, "known_issue"));
	strbuf_adds(&reason, reason_of(event));
	if (view && view->end == event) {
		yaml_events(&yaml, view);
		if (!reason.len)
			case_view_reason(&reason, view);
	}
	add_point(test, member_verdict(event), member_text(event, "case"), reason.data, yaml.data);
	strbuf_free(&yaml);
	strbuf_free(&reason);
}

static void add_check(struct test_view *test, const json_t *event)
{
	struct strbuf yaml = { 0 };

	yaml_text(&yaml, "message", member_text(event, "reason"));
	yaml_check(&yaml, event);
	add_point(test, member_verdict(event), member_text(event, "name"), member_text(event, "reason"), yaml.data);
	strbuf_free(&yaml);
}

/* "ok 3 - msr: tsc # SKIP no TSC" and, unless ok, its block; log: the test's. */
static void print_point(struct tap *tap, const char *label, const struct point *point, const char *log)
{
	bool ok = point->verdict == VERDICT_PASS || point->verdict == VERDICT_SKIP;
	struct strbuf line = { 0 }, end = { 0 };

	escape_tap(&line, label);
	if (point->name) {
		strbuf_adds(&line, ": ");
		escape_tap(&line, point->name);
	}
	if (point->verdict == VERDICT_SKIP || point->verdict == VERDICT_XFAIL) {
		strbuf_adds(&line, point->verdict == VERDICT_SKIP ? " # SKIP " : " # TODO ");
		escape_tap(&line, point->reason ? point->reason : "no reason given");
	}
	fprintf(tap->out, "%s %zu - %s\n", ok ? "ok" : "not ok", ++tap->n, line.data);
	if (!ok) {
		yaml_text(&end, "log", log);
		fprintf(tap->out, "  ---\n  verdict: %s\n%s%s  ...\n", verdict_name(point->verdict),
			point->yaml ? point->yaml : "", strbuf_text(&end));
	}
	strbuf_free(&line);
	strbuf_free(&end);
}

/* Does some point say what the test's verdict says, so that nothing needs to be said about the test as a whole? */
static bool test_is_explained(const struct points *points, enum verdict verdict)
{
	bool is_good = verdict == VERDICT_PASS || verdict == VERDICT_SKIP;

	for (size_t i = 0; points && i < points->n; i++) {
		enum verdict v = points->list[i].verdict;

		if (v == verdict || is_good || (verdict == VERDICT_XFAIL && verdict_is_bad(v)))
			return true;
	}
	return false;
}

/* Cases that began and did not end, and planned ones that did not even begin. */
static void add_missing(struct test_view *test)
{
	struct strvec missing = { 0 };

	for (size_t i = 0; i < test->n_cases; i++) {
		struct strbuf yaml = { 0 };

		if (test->cases[i].end)
			continue;
		yaml_text(&yaml, "message", "was running when the test ended");
		yaml_events(&yaml, &test->cases[i]);
		add_point(test, test->cases[i].verdict, test->cases[i].name, NULL, yaml.data);
		strbuf_free(&yaml);
	}
	test_view_missing(test, &missing);
	for (size_t i = 0; i < missing.n; i++)
		add_point(test, VERDICT_ERROR, missing.v[i], NULL, "  message: \"did not report\"\n");
	strvec_free(&missing);
}

static void add_test(struct test_view *test, const json_t *event)
{
	struct strbuf yaml = { 0 };

	yaml_text(&yaml, "message", member_text(event, "reason"));
	yaml_issue(&yaml, json_object_get(event, "known_issue"));
	yaml_events(&yaml, &test->outside);
	yaml_details(&yaml, json_object_get(event, "details"));
	add_point(test, member_verdict(event), NULL, reason_of(event), yaml.data);
	strbuf_free(&yaml);
}

/* Crashes, timeouts and errors are the whole test's: they get a point of their own even behind one that failed. */
static bool needs_own_point(const struct test_view *test, enum verdict verdict)
{
	return verdict == VERDICT_CRASH || verdict == VERDICT_TIMEOUT || !test_is_explained(test->own, verdict);
}

static void end_test(struct tap *tap, struct test_view *test, const json_t *event)
{
	enum verdict verdict = member_verdict(event);
	const struct points *points;

	if (verdict_is_bad(verdict) || verdict == VERDICT_XFAIL)
		add_missing(test);
	if (needs_own_point(test, verdict))
		add_test(test, event);
	points = test->own;
	for (size_t i = 0; i < points->n; i++) {
		struct point point = points->list[i];

		if (verdict == VERDICT_XFAIL && verdict_is_bad(point.verdict)) {
			point.verdict = VERDICT_XFAIL;
			point.reason = (char *)reason_of(event);
		}
		print_point(tap, test->label, &point, member_text(event, "log"));
	}
	free_points(test);
	test_view_release(test);
}

/* An architecture that is skipped as a whole is a point by its name. */
static void skip_arch(struct tap *tap, const json_t *event)
{
	struct strbuf reason = { 0 };

	describe_arch_skip(&reason, event);
	print_point(tap, member_text(event, "arch"),
		    &(struct point) { .verdict = VERDICT_SKIP, .reason = reason.data }, "");
	strbuf_free(&reason);
}

static void verbose_event(struct tap *tap, const struct test_view *test, const json_t *event)
{
	const char *kind = member_text(event, "event"), *text = member_text(event, "text");

	if (strcmp(kind, "text") == 0)
		comment(tap, test->label, "", text);
	else if (strcmp(kind, "info") == 0)
		comment(tap, test->label, "INFO", text);
	else if (strcmp(kind, "abort") == 0)
		comment(tap, test->label, "ABORT", text);
	else if (strcmp(kind, "check") == 0 && json_object_get(event, "case"))
		comment(tap, test->label, verdict_word(member_verdict(event)), member_text(event, "name"));
}

static void tap_event(void *state, const json_t *event)
{
	struct tap *tap = state;
	const char *kind = member_text(event, "event");
	struct test_view *test = run_view_event(&tap->run, event);

	if (tap->verbose && test)
		verbose_event(tap, test, event);
	if (strcmp(kind, "error") == 0)
		comment(tap, "", "error", member_text(event, "text"));
	else if (strcmp(kind, "arch-skip") == 0)
		skip_arch(tap, event);
	else if (test && strcmp(kind, "check") == 0 && !json_object_get(event, "case"))
		add_check(test, event);
	else if (test && strcmp(kind, "case-end") == 0)
		add_case(test, event);
	else if (test && test->ended)
		end_test(tap, test, event);
	else
		return;
	fflush(tap->out);
}

/* The plan comes last: how many points there are is known only now. */
static void tap_close(void *state)
{
	struct tap *tap = state;

	for (size_t i = 0; i < tap->run.n_tests; i++) {
		json_t *event = run_view_unfinished(&tap->run, i);

		if (event)
			tap_event(tap, event);
		json_decref(event);
	}
	fprintf(tap->out, tap->n ? "1..%zu\n" : "1..%zu # SKIP no test ran\n", tap->n);
	if (!tap->run.end)
		fputs("Bail out! the run did not end in order\n", tap->out);
	else if (json_is_true(json_object_get(tap->run.end, "interrupted")))
		fputs("Bail out! interrupted\n", tap->out);
	run_view_free(&tap->run);
	free(tap);
}

const struct format format_tap13 = {
	.name = "tap13",
	.open = tap_open,
	.event = tap_event,
	.close = tap_close,
};
