/* SPDX-License-Identifier: BSD-2-Clause */
/* The terminal view before the first test and after the last: what runs on what, and what to do about the failures. */
#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "terminal.h"

#define MAX_BAD_CASES 5		/* a test in the list of the end */

/* A test that makes the run fail. */
struct bad_test {
	enum verdict verdict;
	struct strvec lines;	/* "apic/ipi: reason"; the first has the test's verdict */
	char *log, *again;
};

void terminal_run_start(struct terminal *t, const json_t *event)
{
	const json_t *vmms = json_object_get(event, "vmm"), *jobs = json_object_get(event, "jobs");
	struct strbuf head = { 0 };

	strbuf_addf(&head, "%" JSON_INTEGER_FORMAT " test%s", t->run.n_planned, t->run.n_planned == 1 ? "" : "s");
	if (t->run.parallel)
		strbuf_addf(&head, ", %" JSON_INTEGER_FORMAT " at once", json_integer_value(jobs));
	if (*member_text(event, "log_dir"))
		strbuf_addf(&head, ", logs in %s", member_text(event, "log_dir"));
	terminal_line(t, 0, "%s", head.data);
	strbuf_free(&head);
	for (size_t i = 0; i < json_array_size(vmms); i++) {
		const json_t *vmm = json_array_get(vmms, i);

		terminal_line(t, 0, "%s: %s %s, %s, %s", member_text(vmm, "arch"), member_text(vmm, "vmm"),
			      member_text(vmm, "version"), member_text(vmm, "accel"), member_text(vmm, "binary"));
	}
}

static void add_words(struct strbuf *command, const json_t *words)
{
	for (size_t i = 0; i < json_array_size(words); i++) {
		const char *word = json_string_value(json_array_get(words, i));

		strbuf_adds(command, command->len ? " " : "");
		strbuf_add_quoted(command, word ? word : "");
	}
}

/* The words that run this again: the case alone if only one is bad. */
static char *again(const struct run_view *run, const struct test_view *test, const struct case_view *only)
{
	struct strbuf command = { 0 };
	char *selection = xasprintf("%s%s%s", test->name, only ? "/" : "", only ? only->name : "");

	add_words(&command, json_object_get(run->start, "again"));
	if (!command.len)
		strbuf_adds(&command, "./run_tests.sh");
	strbuf_addc(&command, ' ');
	strbuf_add_quoted(&command, selection);
	add_words(&command, json_object_get(run->start, "again_extra"));
	free(selection);
	return strbuf_take(&command);
}

static void note_case(struct bad_test *bad, const struct test_view *test, const struct case_view *view)
{
	struct strbuf line = { 0 };

	strbuf_addf(&line, "%s/%s: ", test->label, view->name);
	case_view_reason(&line, view);
	strvec_push(&bad->lines, line.data);
	strbuf_free(&line);
}

/* The test's own reason; only: the case that it is about, whose name it may begin with. */
static void note_reason(struct bad_test *bad, const struct test_view *test, const struct case_view *only,
			const char *reason)
{
	struct strbuf line = { 0 };
	size_t len = only ? strlen(only->name) : 0;

	if (only && strncmp(reason, only->name, len) == 0 && strncmp(reason + len, ": ", 2) == 0)
		reason += len + 2;
	strbuf_addf(&line, "%s%s%s: %s", test->label, only ? "/" : "", only ? only->name : "",
		    *reason ? reason : "no reason given");
	strvec_push(&bad->lines, line.data);
	strbuf_free(&line);
}

static void note_outside(struct bad_test *bad, const struct test_view *test)
{
	struct strbuf line = { 0 };

	strbuf_addf(&line, "%s: ", test->label);
	case_view_reason(&line, &test->outside);
	strvec_push(&bad->lines, line.data);
	strbuf_free(&line);
}

/* Failing checks say best why a test failed; a crash, a timeout or an error is explained by the test's reason. */
static void note_lines(struct bad_test *bad, const struct test_view *test, const struct case_view *only,
		       const char *reason)
{
	bool checks_say_it = bad->verdict == VERDICT_FAIL || !*reason;
	size_t n = 0;

	for (size_t i = 0; checks_say_it && i < test->n_cases; i++)
		if (test->cases[i].verdict == bad->verdict && n++ < MAX_BAD_CASES)
			note_case(bad, test, &test->cases[i]);
	if (checks_say_it && test->outside.events && !n)
		note_outside(bad, test);
	if (!bad->lines.n)
		note_reason(bad, test, only, reason);
	if (n > MAX_BAD_CASES)
		strvec_pushf(&bad->lines, "... and %zu more cases", n - MAX_BAD_CASES);
}

/* The case that has the test's verdict, if it is the only one: those it took with it are not worth running alone. */
static const struct case_view *only_bad_case(const struct test_view *test, enum verdict verdict)
{
	const struct case_view *only = NULL;

	for (size_t i = 0; i < test->n_cases; i++) {
		if (test->cases[i].verdict != verdict)
			continue;
		if (only)
			return NULL;
		only = &test->cases[i];
	}
	return only;
}

void terminal_note_bad(struct terminal *t, const struct test_view *test, const json_t *event)
{
	struct bad_test bad = { .verdict = member_verdict(event) };
	const struct case_view *only = only_bad_case(test, bad.verdict);

	if (!verdict_is_bad(bad.verdict))
		return;
	note_lines(&bad, test, only, member_text(event, "reason"));
	bad.log = xstrdup(member_text(event, "log"));
	bad.again = again(&t->run, test, only);
	t->bad = xrealloc(t->bad, (t->n_bad + 1) * sizeof(*t->bad));
	t->bad[t->n_bad++] = bad;
}

static void print_bad(struct terminal *t)
{
	for (size_t i = 0; i < t->n_bad; i++) {
		struct bad_test *bad = &t->bad[i];

		if (i == 0)
			terminal_line(t, 0, "%s", "");
		terminal_verdict(t, 0, bad->verdict, "%s", bad->lines.v[0]);
		for (size_t j = 1; j < bad->lines.n; j++)
			terminal_line(t, 8, "%s", bad->lines.v[j]);
		if (*bad->log)
			terminal_line(t, 8, "log: %s", bad->log);
		terminal_line(t, 8, "again: %s", bad->again);
		strvec_free(&bad->lines);
		free(bad->log);
		free(bad->again);
	}
	free(t->bad);
}

static void print_unused(struct terminal *t)
{
	const json_t *issues = json_object_get(t->run.end, "unused_known_issues");

	for (size_t i = 0; i < json_array_size(issues); i++) {
		struct strbuf text = { 0 };

		describe_issue(&text, json_array_get(issues, i));
		terminal_line(t, 0, "known issue that no test met: %s", strbuf_text(&text));
		strbuf_free(&text);
	}
}

/* "57 tests in 12.30 s: 50 passed, 4 skipped, 1 failed" */
static void print_counts(struct terminal *t)
{
	const json_t *wall = json_object_get(t->run.end, "wall_ms");
	struct strbuf text = { 0 };

	strbuf_addf(&text, "%zu test%s", t->run.n_ended, t->run.n_ended == 1 ? "" : "s");
	if ((json_int_t)t->run.n_ended != t->run.n_planned && t->run.start)
		strbuf_addf(&text, " of %" JSON_INTEGER_FORMAT, t->run.n_planned);
	if (wall) {
		strbuf_adds(&text, " in ");
		describe_duration(&text, json_integer_value(wall));
	}
	for (int v = 0, n = 0; v < VERDICTS; v++)
		if (t->run.verdicts[v])
			strbuf_addf(&text, "%s%zu %s", n++ ? ", " : ": ", t->run.verdicts[v], verdict_participle(v));
	terminal_line(t, 0, "%s", text.data);
	strbuf_free(&text);
}

/* In one sentence whether that was good, where the counts alone do not say so. */
static void print_outcome(struct terminal *t)
{
	if (!t->run.end)
		terminal_verdict(t, 0, VERDICT_ERROR, "the run did not end in order: its results are incomplete");
	else if (json_is_true(json_object_get(t->run.end, "interrupted")))
		terminal_verdict(t, 0, VERDICT_ERROR, "interrupted: the results are incomplete");
	else if (t->run.n_ended == 0 && t->run.n_arch_skips)
		terminal_verdict(t, 0, VERDICT_SKIP, "no test could run: nothing was tested");
	else if (t->run.n_ended == 0)
		terminal_verdict(t, 0, VERDICT_ERROR, "no test ran; -l lists the tests there are");
	else if (t->run.n_ended == t->run.verdicts[VERDICT_SKIP])
		terminal_verdict(t, 0, VERDICT_SKIP, "every test was skipped: nothing was tested");
}

void terminal_run_end(struct terminal *t)
{
	print_bad(t);
	terminal_line(t, 0, "%s", "");
	print_unused(t);
	terminal_arch_table(t);
	print_counts(t);
	print_outcome(t);
}
