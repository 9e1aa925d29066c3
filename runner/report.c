/* SPDX-License-Identifier: BSD-2-Clause */
/* The reader of saved event streams: one JSON object (RFC 8259) a line, checked, then emitted; see report.h. */
#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "escape.h"
#include "event_schema.h"

#define MAX_LINE (4 * 1024 * 1024)	/* bytes; a test-start with a hundred thousand case names fits */

struct reader {
	FILE *in;
	const char *name;
	char *line;
	size_t len, cap;
	unsigned long number;		/* of line, from 1 */
	bool cut;			/* line lacks its newline */
	bool started, ended;
	enum exit_status exit;		/* what run-end said */
};

enum next { NEXT_LINE, NEXT_END, NEXT_BAD };

/* line 0: the whole file. What is wrong may quote the file, so it is escaped. */
static void complain(const struct reader *r, unsigned long line, const char *what)
{
	struct strbuf text = { 0 };

	escape_line(&text, what);
	fflush(stdout);
	if (line)
		fprintf(stderr, "%s:%lu: %s\n", r->name, line, text.data);
	else
		fprintf(stderr, "%s: %s\n", r->name, text.data);
	strbuf_free(&text);
}

static void append(struct reader *r, int c)
{
	if (r->len + 1 >= r->cap) {
		r->cap = r->cap ? 2 * r->cap : 4096;
		r->line = xrealloc(r->line, r->cap);
	}
	r->line[r->len++] = (char)c;
}

/* Reads one line without its end; the last one may lack it. */
static enum next next_line(struct reader *r)
{
	int c;

	r->len = 0;
	r->number++;
	while ((c = getc(r->in)) != EOF && c != '\n') {
		if (r->len == MAX_LINE) {
			complain(r, r->number, "the line is longer than 4 MiB");
			return NEXT_BAD;
		}
		append(r, c);
	}
	r->cut = c == EOF;
	if (c == '\n' || r->len)
		return NEXT_LINE;
	return NEXT_END;
}

static bool is_exit_status(json_int_t status)
{
	return (status >= EXIT_EXPECTED && status <= EXIT_ENVIRONMENT) || status == EXIT_INTERRUPTED;
}

/* The rules of the stream as a whole: one run-start, first; nothing behind run-end. NULL: holds. */
static const char *check_order(struct reader *r, const json_t *event)
{
	const char *kind = member_text(event, "event");
	bool start = strcmp(kind, "run-start") == 0;

	if (start && r->started)
		return "a second run begins here; a file holds one run";
	if (r->ended)
		return "events follow the end of the run";
	if (!start && !r->started)
		return "the stream does not begin with the event run-start";
	if (start && json_integer_value(json_object_get(event, "version")) != EVENT_VERSION)
		return "not version 1 of the event stream; use the vmunit that wrote it";
	if (start && json_integer_value(json_object_get(event, "tests")) > EVENT_MAX_TESTS)
		return "more than 1000000 tests";
	if (strcmp(kind, "run-end") == 0 && !is_exit_status(json_integer_value(json_object_get(event, "exit"))))
		return "event \"run-end\": member \"exit\" is not an exit status of vmunit";
	return NULL;
}

static void note(struct reader *r, const json_t *event)
{
	const char *kind = member_text(event, "event");

	r->started = true;
	if (strcmp(kind, "run-end") == 0) {
		r->ended = true;
		r->exit = (enum exit_status)json_integer_value(json_object_get(event, "exit"));
	}
}

/* One line to one event; false if it is not one, or the beginning of one at the end of a stream that was cut. */
static bool take_line(struct reader *r)
{
	json_error_t where;
	json_t *event = json_loadb(r->line, r->len, JSON_REJECT_DUPLICATES, &where);
	const char *problem;
	char *error = NULL;

	if (!event && r->cut && r->started)
		error = xstrdup("the last line is cut: vmunit was killed, or its disk was full");
	else if (!event)
		error = xasprintf("column %d: %s", where.column > 0 ? where.column : 1, where.text);
	else if (event_check(event, &error)) {
		problem = check_order(r, event);
		error = problem ? xstrdup(problem) : NULL;
	}
	if (error) {
		complain(r, r->number, error);
		free(error);
		json_decref(event);
		return false;
	}
	note(r, event);
	event_emit(event);
	return true;
}

static enum exit_status read_all(struct reader *r)
{
	enum next next;

	while ((next = next_line(r)) == NEXT_LINE) {
		if (!take_line(r))
			return r->cut && r->started ? EXIT_ENVIRONMENT : EXIT_USAGE;
		if (event_failed())
			return EXIT_ENVIRONMENT;
	}
	if (next == NEXT_BAD)
		return EXIT_USAGE;
	if (ferror(r->in)) {
		complain(r, 0, strerror(errno));
		return EXIT_ENVIRONMENT;
	}
	if (r->ended)
		return r->exit;
	complain(r, 0, r->started ? "ends before its run does: vmunit was killed, or its disk was full" :
		 "is empty: not an event stream");
	return EXIT_ENVIRONMENT;
}

enum exit_status report_stream(FILE *in, const char *name, const struct format *format, FILE *out,
			       const struct options *options)
{
	struct reader r = { .in = in, .name = name };
	enum exit_status status;

	event_add_format(format, out, options);
	status = read_all(&r);
	event_close();
	free(r.line);
	return event_failed() ? EXIT_ENVIRONMENT : status;
}

enum exit_status report_file(const char *path, const struct format *format, FILE *out,
			     const struct options *options)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *in = is_stdin ? stdin : fopen(path, "r");
	enum exit_status status;

	if (!in) {
		fprintf(stderr, "vmunit: cannot open %s: %s\n", path, strerror(errno));
		return EXIT_ENVIRONMENT;
	}
	status = report_stream(in, is_stdin ? "standard input" : path, format, out, options);
	if (!is_stdin)
		fclose(in);
	return status;
}
