/* SPDX-License-Identifier: BSD-2-Clause */
/* Records as human lines (docs/protocol.md, "Console"): what a log file holds. */
#include <ctype.h>
#include <stdlib.h>
#include "escape.h"
#include "render.h"

static void add_member(struct strbuf *b, const char *before, const json_t *record,
		       const char *member)
{
	const char *text = json_string_value(json_object_get(record, member));

	if (!text || !*text)
		return;
	strbuf_adds(b, before);
	escape_line(b, text);
}

static long long number(const json_t *record, const char *member)
{
	return (long long)json_integer_value(json_object_get(record, member));
}

static void add_upper(struct strbuf *b, const json_t *record, const char *member)
{
	for (const char *p = json_string_value(json_object_get(record, member)); p && *p; p++)
		strbuf_addc(b, (char)toupper((unsigned char)*p));
}

static void render_check(struct strbuf *b, const json_t *record)
{
	add_upper(b, record, "v");
	add_member(b, ": ", record, "name");
	add_member(b, ": ", record, "reason");
	add_member(b, " (", record, "file");
	if (json_object_get(record, "file"))
		strbuf_addf(b, ":%lld)", number(record, "line"));
}

static void render_end(struct strbuf *b, const json_t *record)
{
	add_upper(b, record, "v");
	add_member(b, ": ", record, "case");
	strbuf_addf(b, " (%lld checks)", number(record, "checks"));
	add_member(b, ": ", record, "reason");
}

static void render_summary(struct strbuf *b, const json_t *record)
{
	static const struct {
		const char *member, *words;
	} counts[] = {
		{ "unexpected", "unexpected failures" }, { "known", "known failures" },
		{ "expected", "expected failures" }, { "skipped", "skipped" },
	};

	strbuf_addf(b, "SUMMARY: %lld tests", number(record, "tests"));
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		if (number(record, counts[i].member))
			strbuf_addf(b, ", %lld %s", number(record, counts[i].member),
				    counts[i].words);
}

static void render_trace(struct strbuf *b, const json_t *record)
{
	json_t *ip;
	size_t i;

	strbuf_addf(b, "STACK: CPU %lld:", number(record, "cpu"));
	json_array_foreach(json_object_get(record, "ip"), i, ip)
		strbuf_addf(b, " %s", json_string_value(ip));
}

static void render_metric(struct strbuf *b, const json_t *record)
{
	char *value = json_dumps(json_object_get(record, "value"),
				 JSON_ENCODE_ANY | JSON_REAL_PRECISION(12));

	add_member(b, "METRIC: ", record, "name");
	strbuf_addf(b, " %s", value ? value : "?");
	add_member(b, " ", record, "unit");
	free(value);
}

void render_record(struct strbuf *b, enum record_kind kind, const json_t *record)
{
	switch (kind) {
	case RECORD_BEGIN:
		add_member(b, "CASE: ", record, "case");
		break;
	case RECORD_CHECK:
		render_check(b, record);
		break;
	case RECORD_INFO:
		add_member(b, "INFO: ", record, "text");
		break;
	case RECORD_MIGRATE:
		add_member(b, "MIGRATE: ", record, "what");
		break;
	case RECORD_METRIC:
		render_metric(b, record);
		break;
	case RECORD_TRACE:
		render_trace(b, record);
		break;
	case RECORD_END:
		render_end(b, record);
		break;
	case RECORD_ABORT:
		add_member(b, "ABORT: ", record, "text");
		break;
	case RECORD_SUMMARY:
		render_summary(b, record);
		break;
	case RECORD_EXIT:
		strbuf_addf(b, "EXIT: STATUS=%lld", number(record, "status") * 2 + 1);
		break;
	case RECORD_HELLO:
	case RECORD_KINDS:
		return;
	}
	strbuf_addc(b, '\n');
}

void render_text(struct strbuf *b, const char *line, size_t len)
{
	struct strbuf text = { 0 };

	escape_to_utf8(&text, line, len);
	escape_line(b, text.data ? text.data : "");
	strbuf_addc(b, '\n');
	strbuf_free(&text);
}
