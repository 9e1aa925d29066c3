/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The record parser (docs/protocol.md, "A record"). Whoever writes to the console may be lying,
 * lossy or mad: only a line with the token, the right sum and the next number is a record; with
 * the token but not all of it, damage; anything else is text. Bounded memory, no state beyond the
 * line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "escape.h"
#include "record.h"
#include "util.h"

#define MAGIC		"@vmunit1 "
#define PREFIX		(sizeof(MAGIC) - 1 + RECORD_TOKEN + 1)	/* magic, token, blank */
#define SUM_DIGITS	8

enum type { STRING, NUMBER, COUNT, HEX_ARRAY };

struct member {
	const char *name;
	enum type type;
	bool required;
};

#define MUST(name, type)	{ name, type, true }
#define MAY(name, type)		{ name, type, false }

static const struct {
	const char *name;
	struct member members[6];
} kinds[RECORD_KINDS] = {
	[RECORD_HELLO] = { "hello", { MUST("image", STRING), MUST("cases", COUNT) } },
	[RECORD_BEGIN] = { "begin", { MUST("case", STRING) } },
	[RECORD_CHECK] = { "check", {
		MUST("v", STRING), MUST("name", STRING), MAY("file", STRING), MAY("line", COUNT),
		MAY("reason", STRING) } },
	[RECORD_INFO] = { "info", { MUST("text", STRING) } },
	[RECORD_METRIC] = { "metric", {
		MUST("name", STRING), MUST("value", NUMBER), MUST("unit", STRING) } },
	[RECORD_TRACE] = { "trace", { MUST("cpu", COUNT), MUST("ip", HEX_ARRAY) } },
	[RECORD_MIGRATE] = { "migrate", { MUST("what", STRING) } },
	[RECORD_END] = { "end", {
		MUST("case", STRING), MUST("v", STRING), MUST("checks", COUNT),
		MUST("failed", COUNT), MAY("reason", STRING), MAY("ns", COUNT) } },
	[RECORD_ABORT] = { "abort", { MUST("text", STRING) } },
	[RECORD_SUMMARY] = { "summary", {
		MUST("tests", COUNT), MUST("unexpected", COUNT), MUST("known", COUNT),
		MUST("expected", COUNT), MUST("skipped", COUNT) } },
	[RECORD_EXIT] = { "exit", { MUST("status", COUNT) } },
};

uint32_t record_sum(const char *data, size_t len)
{
	uint32_t sum = 0x811c9dc5;

	for (size_t i = 0; i < len; i++)
		sum = (sum ^ (unsigned char)data[i]) * 0x01000193;
	return sum;
}

void record_open(struct record_parser *p, const char *token, const struct record_sink *sink,
		 void *arg)
{
	p->sink = sink;
	p->arg = arg;
	p->next = 0;
	p->state = LINE_START;
	p->len = 0;
	snprintf(p->token, sizeof(p->token), "%s", token);
}

static void damage(struct record_parser *p, const char *format, ...) PRINTF(2, 3);
static void damage(struct record_parser *p, const char *format, ...)
{
	char what[160];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	p->sink->damage(p->arg, what);
}

/* ---- what a record holds ---- */

static bool is_hex_array(const json_t *value)
{
	size_t i;
	json_t *entry;

	if (!json_is_array(value))
		return false;
	json_array_foreach(value, i, entry) {
		const char *s = json_string_value(entry);

		if (!s || !*s || strlen(s) > 18)
			return false;
		s += strncmp(s, "0x", 2) == 0 ? 2 : 0;
		if (!*s || s[strspn(s, "0123456789abcdefABCDEF")])
			return false;
	}
	return true;
}

static bool has_type(const json_t *value, enum type type)
{
	switch (type) {
	case STRING:
		return json_is_string(value);
	case NUMBER:
		return json_is_number(value);
	case COUNT:
		return json_is_integer(value) && json_integer_value(value) >= 0;
	case HEX_ARRAY:
		return is_hex_array(value);
	}
	return false;
}

/*
 * The guest has only bytes and writes each as \u00XX; here those that are UTF-8 become characters
 * again.
 */
static json_t *restore_text(const json_t *string)
{
	const char *s = json_string_value(string);
	size_t len = json_string_length(string);
	struct strbuf bytes = { 0 }, text = { 0 };
	json_t *restored;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i],
			      next = i + 1 < len ? (unsigned char)s[i + 1] : 0;

		if ((c == 0xc2 || c == 0xc3) && (next & 0xc0) == 0x80) {
			strbuf_addc(&bytes, (char)((c & 3) << 6 | (next & 0x3f)));
			i++;
		} else {
			strbuf_addc(&bytes, (char)c);
		}
	}
	escape_to_utf8(&text, bytes.data ? bytes.data : "", bytes.len);
	restored = json_stringn(text.data ? text.data : "", text.len);
	strbuf_free(&bytes);
	strbuf_free(&text);
	return restored;
}

static bool is_ascii(const json_t *string)
{
	const char *s = json_string_value(string);

	for (size_t i = 0; i < json_string_length(string); i++)
		if ((unsigned char)s[i] >= 0x80)
			return false;
	return true;
}

/* Checks one known member; restores its text. false: damage was said. */
static bool take_member(struct record_parser *p, json_t *record, const char *kind,
			const struct member *m)
{
	json_t *value = json_object_get(record, m->name);

	if (!value && !m->required)
		return true;
	if (!value || !has_type(value, m->type)) {
		damage(p, "record %llu (%s) %s \"%s\"", (unsigned long long)p->next, kind,
		       value ? "has a wrong" : "lacks", m->name);
		return false;
	}
	if (m->type == STRING && !is_ascii(value))
		json_object_set_new(record, m->name, restore_text(value));
	return true;
}

static void take_object(struct record_parser *p, json_t *record)
{
	const char *name = json_string_value(json_object_get(record, "k"));
	unsigned int kind = 0;

	while (name && kind < RECORD_KINDS && strcmp(kinds[kind].name, name) != 0)
		kind++;
	if (!name || kind == RECORD_KINDS) {
		damage(p, "record %llu has an unknown kind", (unsigned long long)p->next);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(kinds[kind].members) && kinds[kind].members[i].name; i++)
		if (!take_member(p, record, name, &kinds[kind].members[i]))
			return;
	p->sink->record(p->arg, kind, record);
}

/* ---- lines ---- */

/* Does the line start as a record of ours? len may be less than the prefix: then it does not. */
static bool is_ours(const struct record_parser *p)
{
	return p->len >= PREFIX && memcmp(p->line, MAGIC, sizeof(MAGIC) - 1) == 0 &&
	       memcmp(p->line + sizeof(MAGIC) - 1, p->token, RECORD_TOKEN) == 0 &&
	       p->line[PREFIX - 1] == ' ';
}

static bool take_sum(const char *s, size_t len, uint32_t *sum)
{
	*sum = 0;
	for (size_t i = 0; i < SUM_DIGITS; i++) {
		const char *digit = i < len ? memchr("0123456789abcdef", s[i], 16) : NULL;

		if (!digit)
			return false;
		*sum = *sum << 4 |
		       (uint32_t)(strchr("0123456789abcdef", *digit) - "0123456789abcdef");
	}
	return len > SUM_DIGITS && s[SUM_DIGITS] == ' ';
}

/* Digits and a blank; returns their length, 0 if it is not that. */
static size_t take_number(const char *s, size_t len, uint64_t *number)
{
	size_t n = 0;

	*number = 0;
	while (n < len && s[n] >= '0' && s[n] <= '9' && n < 18)
		*number = *number * 10 + (uint64_t)(s[n++] - '0');
	return n && n < len && s[n] == ' ' ? n + 1 : 0;
}

/* The line from the sum on. */
static void take_record(struct record_parser *p, const char *s, size_t len)
{
	uint32_t sum;
	uint64_t number;
	size_t digits;
	json_t *record;

	if (!take_sum(s, len, &sum) ||
	    record_sum(s + SUM_DIGITS + 1, len - SUM_DIGITS - 1) != sum) {
		damage(p, "record %llu came with a wrong sum", (unsigned long long)p->next);
		return;
	}
	s += SUM_DIGITS + 1;
	len -= SUM_DIGITS + 1;
	digits = take_number(s, len, &number);
	if (!digits) {
		damage(p, "record %llu came without a number", (unsigned long long)p->next);
		return;
	}
	if (number != p->next)
		damage(p,
		       number > p->next ? "record %llu is missing (%llu came)" :
					  "record %llu was due, but %llu came again",
		       (unsigned long long)p->next, (unsigned long long)number);
	if (number < p->next)
		return;
	p->next = number;
	record = json_loadb(s + digits, len - digits, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(record))
		take_object(p, record);
	else
		damage(p, "record %llu is no JSON object", (unsigned long long)number);
	json_decref(record);
	p->next++;
}

static void take_text(struct record_parser *p)
{
	p->sink->text(p->arg, p->line, p->len);
}

/* A whole line is in p->line, without its newline. Some consoles make CR LF of it. */
static void take_line(struct record_parser *p)
{
	if (p->len && p->line[p->len - 1] == '\r')
		p->len--;
	if (p->state == LINE_START && is_ours(p))
		take_record(p, p->line + PREFIX, p->len - PREFIX);
	else if (p->state != LINE_SKIP && (p->state == LINE_START || p->len))
		take_text(p);
	p->state = LINE_START;
	p->len = 0;
}

/* The line is longer than a record may be. */
static void take_piece(struct record_parser *p)
{
	if (p->state == LINE_START && is_ours(p)) {
		damage(p, "record %llu is longer than %d bytes", (unsigned long long)p->next,
		       RECORD_MAX);
		p->state = LINE_SKIP;
	} else if (p->state != LINE_SKIP) {
		take_text(p);
		p->state = LINE_TEXT;
	}
	p->len = 0;
}

void record_feed(struct record_parser *p, const char *data, size_t len)
{
	while (len) {
		const char *newline = memchr(data, '\n', len);
		size_t part = newline ? (size_t)(newline - data) : len, room = RECORD_MAX - p->len;
		bool whole = newline && part < room;

		if (part > room)
			part = room;
		memcpy(p->line + p->len, data, part);
		p->len += part;
		if (whole)
			take_line(p);
		else if (p->len == RECORD_MAX)
			take_piece(p);
		data += part + whole;
		len -= part + whole;
	}
}

void record_close(struct record_parser *p)
{
	if (p->state == LINE_START && is_ours(p))
		damage(p, "record %llu is cut off", (unsigned long long)p->next);
	else if (p->state != LINE_SKIP && p->len)
		take_text(p);
	p->state = LINE_START;
	p->len = 0;
}
