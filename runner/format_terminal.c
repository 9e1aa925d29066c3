/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The terminal view: a line a test, more where something is wrong, a summary; docs/running.md describes it.
 * Plain text unless out is a terminal (or CLICOLOR_FORCE is set), and no colours with NO_COLOR
 * (https://no-color.org, https://bixense.com/clicolors). This file: the dispatcher and -v.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "describe.h"
#include "escape.h"
#include "event.h"
#include "options.h"
#include "terminal.h"

static const char *const colours[VERDICTS] = {	/* ECMA-48 SGR parameters */
	[VERDICT_PASS] = "32", [VERDICT_XFAIL] = "36", [VERDICT_SKIP] = "33", [VERDICT_XPASS] = "1;31",
	[VERDICT_ERROR] = "1;31", [VERDICT_TIMEOUT] = "1;31", [VERDICT_CRASH] = "1;31", [VERDICT_FAIL] = "1;31",
};

/* Is the variable set to something? */
static bool is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value && *value;
}

static void *terminal_open(FILE *out, const struct options *options)
{
	struct terminal *t = xcalloc(1, sizeof(*t));
	const char *term = getenv("TERM"), *force = getenv("CLICOLOR_FORCE");
	int fd = fileno(out);

	t->out = out;
	t->verbose = options->verbose;
	t->live = fd >= 0 && isatty(fd) && term && strcmp(term, "dumb") != 0;
	t->colour = (t->live || (is_set("CLICOLOR_FORCE") && strcmp(force, "0") != 0)) && !is_set("NO_COLOR");
	return t;
}

__attribute__((format(printf, 2, 0), nonnull(2)))
static void print_text(struct terminal *t, const char *format, va_list args)
{
	struct strbuf text = { 0 };
	va_list again;
	char *raw;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	raw = xmalloc((size_t)len + 1);
	vsnprintf(raw, (size_t)len + 1, format, again);
	va_end(again);
	escape_line(&text, raw);
	fprintf(t->out, "%s\n", strbuf_text(&text));
	strbuf_free(&text);
	free(raw);
}

void terminal_line(struct terminal *t, unsigned int indent, const char *format, ...)
{
	va_list args;

	terminal_live_erase(t);
	va_start(args, format);
	fprintf(t->out, "%*s", (int)indent, "");
	print_text(t, format, args);
	va_end(args);
}

void terminal_verdict(struct terminal *t, unsigned int indent, enum verdict verdict, const char *format, ...)
{
	const char *word = verdict_word(verdict);
	va_list args;

	terminal_live_erase(t);
	va_start(args, format);
	if (t->colour)
		fprintf(t->out, "%*s\033[%sm%s\033[0m%*s", (int)indent, "", colours[verdict], word,
			(int)(8 - strlen(word)), "");
	else
		fprintf(t->out, "%*s%-8s", (int)indent, "", word);
	print_text(t, format, args);
	va_end(args);
}

static void verbose_trace(struct terminal *t, const char *who, const json_t *event)
{
	const json_t *frames = json_object_get(event, "frames");

	for (size_t i = 0; i < json_array_size(frames); i++) {
		struct strbuf frame = { 0 };

		describe_frame(&frame, json_array_get(frames, i));
		terminal_line(t, 0, "%sSTACK: CPU %" JSON_INTEGER_FORMAT ": %s", who,
			      json_integer_value(json_object_get(event, "cpu")), strbuf_text(&frame));
		strbuf_free(&frame);
	}
}

static void verbose_start(struct terminal *t, const struct test_view *test)
{
	const json_t *command = json_object_get(test->start, "command");
	struct strbuf words = { 0 };

	for (size_t i = 0; i < json_array_size(command); i++) {
		const char *word = json_string_value(json_array_get(command, i));

		strbuf_addc(&words, ' ');
		strbuf_add_quoted(&words, word ? word : "");
	}
	terminal_line(t, 0, "RUN     %s:%s", test->label, strbuf_text(&words));
	strbuf_free(&words);
}

/* The line that the guest prints without records: docs/protocol.md, Console. */
static void verbose_event(struct terminal *t, const struct test_view *test, const json_t *event)
{
	const char *kind = member_text(event, "event");
	char *who = xasprintf("%s%s", t->run.parallel ? test->label : "", t->run.parallel ? ": " : "");

	if (strcmp(kind, "test-start") == 0)
		verbose_start(t, test);
	else if (strcmp(kind, "text") == 0)
		terminal_line(t, 0, "%s%s", who, member_text(event, "text"));
	else if (strcmp(kind, "check") == 0)
		terminal_line(t, 0, "%s%s: %s", who, verdict_word(member_verdict(event)), member_text(event, "name"));
	else if (strcmp(kind, "info") == 0)
		terminal_line(t, 0, "%sINFO: %s", who, member_text(event, "text"));
	else if (strcmp(kind, "abort") == 0)
		terminal_line(t, 0, "%sABORT: %s", who, member_text(event, "text"));
	else if (strcmp(kind, "metric") == 0)
		terminal_line(t, 0, "%sINFO: %s: %.15g%s%s", who, member_text(event, "name"),
			      json_number_value(json_object_get(event, "value")),
			      *member_text(event, "unit") ? " " : "", member_text(event, "unit"));
	else if (strcmp(kind, "trace") == 0)
		verbose_trace(t, who, event);
	free(who);
}

static void terminal_event(void *state, const json_t *event)
{
	struct terminal *t = state;
	const char *kind = member_text(event, "event");
	struct test_view *test = run_view_event(&t->run, event);

	if (t->verbose && test)
		verbose_event(t, test, event);
	if (strcmp(kind, "run-start") == 0) {
		terminal_run_start(t, event);
	} else if (strcmp(kind, "arch-skip") == 0) {
		terminal_arch_skip(t, event);
	} else if (strcmp(kind, "error") == 0) {
		terminal_verdict(t, 0, VERDICT_ERROR, "%s", member_text(event, "text"));
	} else if (test && test->ended) {
		terminal_test_end(t, test, event);
		terminal_note_bad(t, test, event);
		test_view_release(test);
	} else {
		return;		/* nothing that anyone waits for */
	}
	fflush(t->out);
}

static void terminal_tick(void *state)
{
	struct terminal *t = state;

	if (t->live)
		terminal_live_draw(t);
	fflush(t->out);
}

static void terminal_close(void *state)
{
	struct terminal *t = state;

	for (size_t i = 0; i < t->run.n_tests; i++) {
		json_t *event = run_view_unfinished(&t->run, i);

		if (event)
			terminal_event(t, event);
		json_decref(event);
	}
	terminal_live_erase(t);
	terminal_run_end(t);
	run_view_free(&t->run);
	free(t);
}

const struct format format_terminal = {
	.name = "terminal",
	.open = terminal_open,
	.event = terminal_event,
	.tick = terminal_tick,
	.close = terminal_close,
};
