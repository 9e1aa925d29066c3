/* SPDX-License-Identifier: BSD-2-Clause */
/* The YAML blocks of failing test points; see tap_yaml.h. */
#include "tap_yaml.h"

#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "escape.h"

#define MAX_DETAILS 60		/* lines; the log has all */

static void scalar(struct strbuf *b, const char *indent, const char *key, const char *text)
{
	strbuf_addf(b, "%s%s: ", indent, key);
	escape_yaml(b, text);
	strbuf_addc(b, '\n');
}

void yaml_text(struct strbuf *b, const char *key, const char *text)
{
	if (*text)
		scalar(b, "  ", key, text);
}

void yaml_issue(struct strbuf *b, const json_t *issue)
{
	struct strbuf text = { 0 };

	if (issue)
		describe_issue(&text, issue);
	yaml_text(b, "known_issue", strbuf_text(&text));
	strbuf_free(&text);
}

static void add_place(struct strbuf *b, const char *indent, const json_t *check)
{
	json_int_t line = json_integer_value(json_object_get(check, "line"));

	if (!*member_text(check, "file"))
		return;
	scalar(b, indent, "file", member_text(check, "file"));
	if (line > 0)
		strbuf_addf(b, "%sline: %" JSON_INTEGER_FORMAT "\n", indent, line);
}

void yaml_check(struct strbuf *b, const json_t *check)
{
	add_place(b, "  ", check);
}

static bool is_kind(const json_t *event, const char *kind)
{
	return strcmp(member_text(event, "event"), kind) == 0;
}

static void add_checks(struct strbuf *b, const struct case_view *view)
{
	bool first = true;

	for (size_t i = 0; i < json_array_size(view->events); i++) {
		const json_t *event = json_array_get(view->events, i);
		bool abort = is_kind(event, "abort");

		if (!abort && !is_kind(event, "check"))
			continue;
		strbuf_adds(b, first ? "  checks:\n" : "");
		first = false;
		strbuf_addf(b, "    - verdict: %s\n", abort ? "abort" : verdict_name(member_verdict(event)));
		scalar(b, "      ", "name", member_text(event, abort ? "text" : "name"));
		add_place(b, "      ", event);
		if (*member_text(event, "reason"))
			scalar(b, "      ", "reason", member_text(event, "reason"));
	}
	if (view->dropped)
		strbuf_addf(b, "  not_listed: %zu\n", view->dropped);
}

static void add_frames(struct strbuf *b, const json_t *trace)
{
	const json_t *frames = json_object_get(trace, "frames");

	for (size_t i = 0; i < json_array_size(frames); i++) {
		struct strbuf frame = { 0 };

		describe_frame(&frame, json_array_get(frames, i));
		strbuf_addf(b, "    - cpu: %" JSON_INTEGER_FORMAT "\n",
			    json_integer_value(json_object_get(trace, "cpu")));
		scalar(b, "      ", "frame", strbuf_text(&frame));
		strbuf_free(&frame);
	}
}

void yaml_events(struct strbuf *b, const struct case_view *view)
{
	struct strbuf stack = { 0 };

	add_checks(b, view);
	for (size_t i = 0; i < json_array_size(view->events); i++)
		if (is_kind(json_array_get(view->events, i), "trace"))
			add_frames(&stack, json_array_get(view->events, i));
	if (stack.len)
		strbuf_addf(b, "  stack:\n%s", stack.data);
	strbuf_free(&stack);
}

/* A line of a literal block; blanks before the first would change its indentation, an empty one says nothing. */
static bool add_detail(struct strbuf *b, const char *text, size_t len)
{
	char *line = xstrndup(text, len);
	char *start = line + strspn(line, " \t");
	struct strbuf safe = { 0 };
	bool said;

	escape_line(&safe, start);
	if (safe.len)
		strbuf_addf(b, "    %s\n", safe.data);
	said = safe.len > 0;
	strbuf_free(&safe);
	free(line);
	return said;
}

void yaml_details(struct strbuf *b, const json_t *details)
{
	struct strbuf block = { 0 };
	size_t lines = 0;

	for (size_t i = 0; i < json_array_size(details); i++) {
		const char *text = json_string_value(json_array_get(details, i));

		while (text && *text && lines < MAX_DETAILS) {
			size_t len = strcspn(text, "\n");

			lines += add_detail(&block, text, len);
			text += len + (text[len] == '\n');
		}
	}
	if (block.len)
		strbuf_addf(b, "  details: |\n%s", block.data);
	strbuf_free(&block);
}
