/* SPDX-License-Identifier: BSD-2-Clause */
/* What formatters remember of a run; see run_view.h. Reads the members of docs/events.md, tolerates any other stream. */
#include "run_view.h"

#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "event_schema.h"

static void case_view_free(struct case_view *view)
{
	free(view->name);
	json_decref(view->end);
	json_decref(view->events);
	*view = (struct case_view) { 0 };
}

/* The case at hand: the last one, unless it has ended. */
static struct case_view *current_case(struct test_view *test)
{
	struct case_view *last = test->n_cases ? &test->cases[test->n_cases - 1] : NULL;

	return last && !last->end ? last : &test->outside;
}

static struct case_view *begin_case(struct test_view *test, const char *name)
{
	struct case_view *view;

	test->cases = xrealloc(test->cases, (test->n_cases + 1) * sizeof(*test->cases));
	view = &test->cases[test->n_cases++];
	*view = (struct case_view) { .name = xstrdup(name) };
	return view;
}

static void end_case(struct test_view *test, const json_t *event)
{
	struct case_view *view = current_case(test);
	const char *name = member_text(event, "case");

	if (!view->name || strcmp(view->name, name) != 0)
		view = begin_case(test, name);
	view->end = json_incref((json_t *)event);
	view->verdict = member_verdict(event);
	json_object_set_new(test->reported, name, json_true());
	if (member_verdict(event) == VERDICT_PASS && !view->events) {
		case_view_free(view);
		test->n_cases--;
	} else if (test->n_cases > TEST_MAX_CASES) {
		case_view_free(view);
		test->n_cases--;
		test->dropped_cases++;
	}
}

static void keep(struct test_view *test, const json_t *event)
{
	struct case_view *view = current_case(test);

	if (!view->events)
		view->events = json_array();
	if (json_array_size(view->events) < (view->name ? CASE_MAX_EVENTS : OUTSIDE_MAX_EVENTS))
		json_array_append(view->events, (json_t *)event);
	else
		view->dropped++;
}

static struct test_view *new_test(struct run_view *run, const json_t *event)
{
	struct test_view *test = xcalloc(1, sizeof(*test));
	const char *arch = member_text(event, "arch"), *name = member_text(event, "test");
	bool show = run->several_archs && *arch;

	test->label = xasprintf("%s%s%s", show ? arch : "", show ? " " : "", name);
	test->name = xasprintf("%s%s%s", show ? arch : "", show ? ":" : "", name);
	test->reported = json_object();
	test->since_ms = now_ms();
	return test;
}

static struct test_view *find_test(struct run_view *run, const json_t *event, bool create)
{
	json_t *id = json_object_get(event, "id");
	json_int_t i = json_integer_value(id);

	if (!json_is_integer(id) || i < 0 || i >= EVENT_MAX_TESTS)
		return NULL;
	if (create && (size_t)i >= run->n_tests) {
		run->tests = xrealloc(run->tests, ((size_t)i + 1) * sizeof(*run->tests));
		while (run->n_tests <= (size_t)i)
			run->tests[run->n_tests++] = NULL;
	}
	if ((size_t)i >= run->n_tests)
		return NULL;
	if (create && !run->tests[i])
		run->tests[i] = new_test(run, event);
	return run->tests[i];
}

/* NULL: no name, or more names than there can be architectures. */
static struct arch_view *find_arch(struct run_view *run, const char *name)
{
	for (size_t i = 0; i < run->n_archs; i++)
		if (strcmp(run->archs[i].name, name) == 0)
			return &run->archs[i];
	if (!*name || run->n_archs == RUN_MAX_ARCHS)
		return NULL;
	run->archs = xrealloc(run->archs, (run->n_archs + 1) * sizeof(*run->archs));
	run->archs[run->n_archs] = (struct arch_view) { .name = xstrdup(name) };
	return &run->archs[run->n_archs++];
}

static void skip_arch(struct run_view *run, const json_t *event)
{
	struct arch_view *arch = find_arch(run, member_text(event, "arch"));

	if (!arch || arch->skip)
		return;
	arch->skip = json_incref((json_t *)event);
	run->n_arch_skips++;
}

static void start_run(struct run_view *run, const json_t *event)
{
	const json_t *vmms = json_object_get(event, "vmm");
	const char *first = member_text(json_array_get(vmms, 0), "arch");

	json_decref(run->start);
	run->start = json_incref((json_t *)event);
	run->n_planned = json_integer_value(json_object_get(event, "tests"));
	run->parallel = run->n_planned > 1 && json_integer_value(json_object_get(event, "jobs")) > 1;
	for (size_t i = 0; i < json_array_size(vmms); i++)
		find_arch(run, member_text(json_array_get(vmms, i), "arch"));
	for (size_t i = 1; i < json_array_size(vmms); i++)
		if (strcmp(member_text(json_array_get(vmms, i), "arch"), first) != 0)
			run->several_archs = true;
}

/* A case that did not end shares its test's fate; that of a test that is fine otherwise is an error. */
static void end_test(struct run_view *run, struct test_view *test, const json_t *event)
{
	enum verdict verdict = member_verdict(event);
	struct arch_view *arch = find_arch(run, member_text(event, "arch"));

	if (arch) {
		arch->verdicts[verdict]++;
		arch->wall_ms += json_integer_value(json_object_get(event, "wall_ms"));
	}
	test->outside.verdict = verdict;
	for (size_t i = 0; i < test->n_cases; i++) {
		struct case_view *view = &test->cases[i];

		if (view->end)
			continue;
		view->verdict = verdict_is_bad(verdict) && verdict != VERDICT_FAIL ? verdict : VERDICT_ERROR;
		json_object_set_new(test->reported, view->name, json_true());
	}
	test->ended = true;
	run->n_ended++;
	run->verdicts[verdict]++;
}

struct test_view *run_view_event(struct run_view *run, const json_t *event)
{
	const char *kind = member_text(event, "event");
	bool starts = strcmp(kind, "test-start") == 0, ends = strcmp(kind, "test-end") == 0;
	struct test_view *test = find_test(run, event, starts || ends);

	if (strcmp(kind, "run-start") == 0)
		start_run(run, event);
	if (strcmp(kind, "arch-skip") == 0)
		skip_arch(run, event);
	if (strcmp(kind, "run-end") == 0 && !run->end)
		run->end = json_incref((json_t *)event);
	if (!test || test->ended)
		return NULL;
	if (starts && !test->start)
		test->start = json_incref((json_t *)event);
	else if (ends)
		end_test(run, test, event);
	else if (strcmp(kind, "case-start") == 0)
		begin_case(test, member_text(event, "case"));
	else if (strcmp(kind, "case-end") == 0)
		end_case(test, event);
	else if (strcmp(kind, "trace") == 0 || strcmp(kind, "abort") == 0 ||
		 (strcmp(kind, "check") == 0 && member_verdict(event) != VERDICT_PASS))
		keep(test, event);
	return test;
}

json_t *run_view_unfinished(const struct run_view *run, size_t id)
{
	const struct test_view *test = run->tests[id];
	bool interrupted = json_is_true(json_object_get(run->end, "interrupted"));
	json_t *event;

	if (!test || test->ended)
		return NULL;
	event = json_pack("{s:s, s:I, s:s, s:s}", "event", "test-end", "id", (json_int_t)id, "verdict",
			  "error", "reason", interrupted ? "interrupted" : "did not end");
	if (*member_text(test->start, "arch"))
		json_object_set(event, "arch", json_object_get(test->start, "arch"));
	if (*member_text(test->start, "log"))
		json_object_set(event, "log", json_object_get(test->start, "log"));
	return event;
}

void test_view_release(struct test_view *test)
{
	for (size_t i = 0; i < test->n_cases; i++)
		case_view_free(&test->cases[i]);
	case_view_free(&test->outside);
	free(test->cases);
	test->cases = NULL;
	test->n_cases = 0;
	json_decref(test->start);
	json_decref(test->reported);
	test->start = test->reported = NULL;
}

void run_view_free(struct run_view *run)
{
	for (size_t i = 0; i < run->n_tests; i++) {
		if (!run->tests[i])
			continue;
		test_view_release(run->tests[i]);
		free(run->tests[i]->label);
		free(run->tests[i]->name);
		free(run->tests[i]);
	}
	free(run->tests);
	for (size_t i = 0; i < run->n_archs; i++) {
		free(run->archs[i].name);
		json_decref(run->archs[i].skip);
	}
	free(run->archs);
	json_decref(run->start);
	json_decref(run->end);
}

/* The first check with the case's own verdict explains it best, then its reason, then the first event there is. */
void case_view_reason(struct strbuf *b, const struct case_view *view)
{
	const char *reason = member_text(view->end, "reason");
	const json_t *best = NULL;

	for (size_t i = 0; i < json_array_size(view->events) && !best; i++) {
		const json_t *event = json_array_get(view->events, i);

		if (strcmp(member_text(event, "event"), "check") == 0 && member_verdict(event) == view->verdict)
			best = event;
	}
	if (best)
		describe_check(b, best, view->verdict != VERDICT_SKIP);
	else if (*reason)
		strbuf_adds(b, reason);
	else
		strbuf_adds(b, view->end || !view->name ? "no reason given" : "was running when the test ended");
}

void test_view_missing(const struct test_view *test, struct strvec *missing)
{
	const json_t *planned = json_object_get(test->start, "cases");

	for (size_t i = 0; i < json_array_size(planned); i++) {
		const char *name = json_string_value(json_array_get(planned, i));

		if (name && !json_object_get(test->reported, name))
			strvec_push(missing, name);
	}
}
