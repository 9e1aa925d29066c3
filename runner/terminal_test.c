/* SPDX-License-Identifier: BSD-2-Clause */
/* The terminal view of a test that ended: its line, and below it what was not plainly passed. */
#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "terminal.h"

#define MAX_NAMES 8		/* of cases in one line */
#define MAX_DETAILS 60		/* lines of registers and stderr; the log has all */

static void print_trace(struct terminal *t, unsigned int indent, const json_t *event)
{
	const json_t *frames = json_object_get(event, "frames"), *cpu = json_object_get(event, "cpu");

	if (cpu)
		terminal_line(t, indent, "stack of CPU %" JSON_INTEGER_FORMAT ":", json_integer_value(cpu));
	else
		terminal_line(t, indent, "stack:");
	for (size_t i = 0; i < json_array_size(frames); i++) {
		struct strbuf frame = { 0 };

		describe_frame(&frame, json_array_get(frames, i));
		terminal_line(t, indent + 4, "%s", strbuf_text(&frame));
		strbuf_free(&frame);
	}
}

static void print_check(struct terminal *t, unsigned int indent, const json_t *event)
{
	struct strbuf place = { 0 }, text = { 0 };

	describe_check(&text, event, false);
	if (describe_place(&place, event))
		strbuf_adds(&place, ": ");
	terminal_line(t, indent, "%s%s: %s", strbuf_text(&place), verdict_word(member_verdict(event)),
		      strbuf_text(&text));
	strbuf_free(&place);
	strbuf_free(&text);
}

static void print_events(struct terminal *t, unsigned int indent, const struct case_view *view)
{
	for (size_t i = 0; i < json_array_size(view->events); i++) {
		const json_t *event = json_array_get(view->events, i);
		const char *kind = member_text(event, "event");

		if (strcmp(kind, "trace") == 0)
			print_trace(t, indent, event);
		else if (strcmp(kind, "abort") == 0)
			terminal_line(t, indent, "ABORT: %s", member_text(event, "text"));
		else
			print_check(t, indent, event);
	}
	if (view->dropped)
		terminal_line(t, indent, "... and %zu more", view->dropped);
}

static void print_issue(struct terminal *t, unsigned int indent, enum verdict verdict, const json_t *issue)
{
	struct strbuf text = { 0 };

	if (!issue)
		return;
	describe_issue(&text, issue);
	terminal_line(t, indent, "known issue%s: %s", verdict == VERDICT_XPASS ? " that did not fail" : "",
		      strbuf_text(&text));
	strbuf_free(&text);
}

/* If text begins with what one of the checks or aborts says, the length of that; else 0. */
static size_t match_check(const struct case_view *view, const char *text)
{
	size_t best = 0;

	for (size_t i = 0; i < json_array_size(view->events); i++) {
		const json_t *event = json_array_get(view->events, i);
		struct strbuf check = { 0 };

		if (strcmp(member_text(event, "event"), "abort") == 0)
			strbuf_addf(&check, "ABORT: %s", member_text(event, "text"));
		else
			describe_check(&check, event, false);
		if (check.len > best && strncmp(text, check.data, check.len) == 0)
			best = check.len;
		strbuf_free(&check);
	}
	return best;
}

/* The length of " (and 3 more)" at text; 0: something else. */
static size_t match_more(const char *text)
{
	size_t digits = strncmp(text, " (and ", 6) == 0 ? strspn(text + 6, "0123456789") : 0;

	return digits && strncmp(text + 6 + digits, " more)", 6) == 0 ? 6 + digits + 6 : 0;
}

/* The case's own reason, unless the checks below it say the same. */
static const char *case_reason(const struct case_view *view)
{
	const char *reason = view->end ? member_text(view->end, "reason") : "was running when the test ended";
	size_t len = match_check(view, reason);

	return len && !reason[len + match_more(reason + len)] ? "" : reason;
}

/* "FAIL    ipi: reason (2 of 30 checks failed)", and what happened in it. */
static void print_case(struct terminal *t, const struct case_view *view)
{
	json_int_t checks = json_integer_value(json_object_get(view->end, "checks"));
	json_int_t failed = json_integer_value(json_object_get(view->end, "failed"));
	const char *reason = case_reason(view);
	struct strbuf text = { 0 };

	strbuf_addf(&text, "%s%s%s", view->name, *reason ? ": " : "", reason);
	if (failed > 0 && checks > 1)
		strbuf_addf(&text, " (%" JSON_INTEGER_FORMAT " of %" JSON_INTEGER_FORMAT " checks failed)",
			    failed, checks);
	terminal_verdict(t, 4, view->verdict, "%s", strbuf_text(&text));
	strbuf_free(&text);
	print_issue(t, 12, view->verdict, json_object_get(view->end, "known_issue"));
	print_events(t, 12, view);
}

/* "a, b, c and 3 more" */
static void add_names(struct strbuf *b, char *const *names, size_t n)
{
	for (size_t i = 0; i < n && i < MAX_NAMES; i++)
		strbuf_addf(b, "%s%s", i ? ", " : "", names[i]);
	if (n > MAX_NAMES)
		strbuf_addf(b, " and %zu more", n - MAX_NAMES);
}

/* Several cases for one reason. */
static void print_group(struct terminal *t, enum verdict verdict, const char *reason, const struct strvec *names)
{
	struct strbuf text = { 0 };

	if (names->n == 1)
		strbuf_adds(&text, names->v[0]);
	else
		strbuf_addf(&text, "%zu cases", names->n);
	strbuf_addf(&text, ": %s", *reason ? reason : "no reason given");
	if (names->n > 1) {
		strbuf_adds(&text, " (");
		add_names(&text, names->v, names->n);
		strbuf_addc(&text, ')');
	}
	terminal_verdict(t, 4, verdict, "%s", strbuf_text(&text));
	strbuf_free(&text);
}

/* Is there nothing to say about the case but its reason? Of a skipped one there never is. */
static bool is_plain(const struct case_view *view)
{
	return view->verdict == VERDICT_SKIP || (view->end && !view->events && !json_object_get(view->end, "known_issue"));
}

static char *plain_reason(const struct case_view *view)
{
	struct strbuf reason = { 0 };

	if (*member_text(view->end, "reason"))
		strbuf_adds(&reason, member_text(view->end, "reason"));
	else
		case_view_reason(&reason, view);
	return strbuf_take(&reason);
}

/* Case i and all later ones with its verdict and reason, which then are done. */
static void print_alike(struct terminal *t, const struct test_view *test, char **reasons, size_t i)
{
	char *reason = reasons[i];
	struct strvec names = { 0 };

	for (size_t j = i; j < test->n_cases; j++) {
		if (!reasons[j] || test->cases[j].verdict != test->cases[i].verdict || strcmp(reasons[j], reason) != 0)
			continue;
		strvec_push(&names, test->cases[j].name);
		if (j > i)
			free(reasons[j]);
		reasons[j] = NULL;
	}
	print_group(t, test->cases[i].verdict, reason, &names);
	strvec_free(&names);
	free(reason);
}

/* The cases in their order, skipped ones last; those for which there is one same reason together. */
static void print_cases(struct terminal *t, const struct test_view *test)
{
	char **reasons = xcalloc(test->n_cases + 1, sizeof(*reasons));

	for (size_t i = 0; i < test->n_cases; i++)
		reasons[i] = is_plain(&test->cases[i]) ? plain_reason(&test->cases[i]) : NULL;
	for (size_t i = 0; i < test->n_cases; i++) {
		if (!is_plain(&test->cases[i]))
			print_case(t, &test->cases[i]);
		else if (reasons[i] && test->cases[i].verdict != VERDICT_SKIP)
			print_alike(t, test, reasons, i);
	}
	for (size_t i = 0; i < test->n_cases; i++)
		if (reasons[i])
			print_alike(t, test, reasons, i);
	free(reasons);
}

static void print_missing(struct terminal *t, const struct test_view *test)
{
	struct strvec missing = { 0 };
	struct strbuf text = { 0 };

	test_view_missing(test, &missing);
	add_names(&text, missing.v, missing.n);
	if (missing.n)
		terminal_line(t, 4, "did not report: %s", text.data);
	strbuf_free(&text);
	strvec_free(&missing);
}

/* Strings of one or several lines. */
static void print_details(struct terminal *t, const json_t *details)
{
	size_t lines = 0;

	for (size_t i = 0; i < json_array_size(details); i++) {
		const char *text = json_string_value(json_array_get(details, i));

		while (text && *text) {
			size_t len = strcspn(text, "\n");

			if (lines++ < MAX_DETAILS)
				terminal_line(t, 4, "%.*s", (int)len, text);
			text += len + (text[len] == '\n');
		}
	}
	if (lines > MAX_DETAILS)
		terminal_line(t, 4, "... and %zu more lines", lines - MAX_DETAILS);
}

/* The line: verdict, time, name, counts; for a test that checked nothing the reason instead. */
static bool print_line(struct terminal *t, const struct test_view *test, const json_t *event)
{
	const json_t *wall = json_object_get(event, "wall_ms");
	const char *reason = member_text(event, "reason");
	struct strbuf duration = { 0 }, counts = { 0 };
	bool reason_told = false;

	if (wall && test->start)
		describe_duration(&duration, json_integer_value(wall));
	describe_counts(&counts, event);
	if (!counts.len && member_verdict(event) == VERDICT_SKIP) {
		strbuf_adds(&counts, *reason ? reason : "no reason given");
		reason_told = true;
	}
	terminal_verdict(t, 0, member_verdict(event), "%10s  %-*s%s%s", strbuf_text(&duration),
			 counts.len ? 20 : 0, test->label, counts.len ? "  " : "", strbuf_text(&counts));
	strbuf_free(&duration);
	strbuf_free(&counts);
	return reason_told;
}

/* The length of a piece of the test's reason at text that is also said below it: a case's or a check's; else 0. */
static size_t match_below(const struct test_view *test, const char *text)
{
	size_t best = match_check(&test->outside, text);

	for (size_t i = 0; i < test->n_cases; i++) {
		const struct case_view *view = &test->cases[i];
		char *piece = xasprintf("%s: %s", view->name, member_text(view->end, "reason"));
		size_t len = strlen(piece);

		if (len > best && strncmp(text, piece, len) == 0)
			best = len;
		free(piece);
	}
	return best ? best + match_more(text + best) : 0;
}

/* Is the test's reason ("ipi: no vector; lvt: masked; and 2 more") nothing but what is said below? */
static bool is_said_below(const struct test_view *test, const char *reason)
{
	for (;;) {
		size_t len = match_below(test, reason);

		if (len == 0 && strncmp(reason, "and ", 4) == 0 && strspn(reason + 4, "0123456789"))
			return true;
		if (len == 0 || reason[len] == '\0')
			return len;
		if (strncmp(reason + len, "; ", 2) != 0)
			return false;
		reason += len + 2;
		reason += strncmp(reason, "besides: ", 9) == 0 ? 9 : 0;
	}
}

void terminal_test_end(struct terminal *t, struct test_view *test, const json_t *event)
{
	enum verdict verdict = member_verdict(event);
	const char *reason = member_text(event, "reason");
	bool told = print_line(t, test, event);

	if (!told && *reason && verdict != VERDICT_PASS && !is_said_below(test, reason))
		terminal_line(t, 4, "%s", reason);
	print_issue(t, 4, verdict, json_object_get(event, "known_issue"));
	print_events(t, 4, &test->outside);
	print_cases(t, test);
	if (test->dropped_cases)
		terminal_line(t, 4, "... and %zu more cases", test->dropped_cases);
	if (verdict_is_bad(verdict))
		print_missing(t, test);
	if (verdict != VERDICT_PASS && verdict != VERDICT_SKIP)
		print_details(t, json_object_get(event, "details"));
	if (verdict_is_bad(verdict) && *member_text(event, "log"))
		terminal_line(t, 4, "log: %s", member_text(event, "log"));
}
