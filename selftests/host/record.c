/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of record.c: what is a record, what is text, what is damage; in one piece and byte by
 * byte.
 */
#include "check.h"
#include "record.h"
#include "util.h"

#define TOKEN "0123456789abcdef"

/* What came out, one line each: "hello {...}", "text: ...", "damage: ...". */
static struct strbuf out;

static void on_record(void *arg, enum record_kind kind, json_t *record)
{
	char *text = json_dumps(record, JSON_COMPACT | JSON_SORT_KEYS);

	(void)arg;
	strbuf_addf(&out, "%d %s\n", (int)kind, text);
	free(text);
}

static void on_text(void *arg, const char *line, size_t len)
{
	(void)arg;
	strbuf_addf(&out, "text: %.*s\n", (int)len, line);
}

static void on_damage(void *arg, const char *what)
{
	(void)arg;
	strbuf_addf(&out, "damage: %s\n", what);
}

static const struct record_sink sink = { on_record, on_text, on_damage };

/* Feeds the bytes in pieces of the given size; the result is valid until the next call. */
static const char *parse_pieces(const char *bytes, size_t len, size_t piece)
{
	static struct record_parser p;

	strbuf_free(&out);
	record_open(&p, TOKEN, &sink, NULL);
	for (size_t i = 0; i < len; i += piece)
		record_feed(&p, bytes + i, len - i < piece ? len - i : piece);
	record_close(&p);
	return out.data ? out.data : "";
}

static const char *parse(const char *text)
{
	char *whole = xstrdup(parse_pieces(text, strlen(text), strlen(text) + 1));

	for (size_t piece = 1; piece < 9; piece += 3)
		CHECK_STRING(parse_pieces(text, strlen(text), piece), whole);
	free(whole);
	return out.data ? out.data : "";
}

/* A sound line; rows of seal() in one expression need several buffers. */
static const char *seal(unsigned int seq, const char *json)
{
	static char lines[8][6000];
	static unsigned int next;
	char *line = lines[next++ % 8], body[5900];

	snprintf(body, sizeof(body), "%u %s", seq, json);
	snprintf(line, sizeof(lines[0]), "@vmunit1 " TOKEN " %08x %s\n",
		 (unsigned int)record_sum(body, strlen(body)), body);
	return line;
}

static const char *join(const char *a, const char *b, const char *c)
{
	static char text[20000];

	snprintf(text, sizeof(text), "%s%s%s", a, b, c);
	return text;
}

static void sum_is_fnv1a(void)
{
	/* The published test vectors. */
	CHECK_NUMBER(record_sum("", 0), 0x811c9dc5);
	CHECK_NUMBER(record_sum("a", 1), 0xe40c292c);
	CHECK_NUMBER(record_sum("foobar", 6), 0xbf9cf968);
}

static void sound_records_come_through(void)
{
	CHECK_STRING(
		parse(join(seal(0, "{\"k\":\"hello\",\"image\":\"x\",\"cases\":2}"),
			   seal(1, "{\"k\":\"info\",\"text\":\"a\"}"),
			   seal(2, "{\"k\":\"exit\",\"status\":77}"))),
		"0 {\"cases\":2,\"image\":\"x\",\"k\":\"hello\"}\n"
		"3 {\"k\":\"info\",\"text\":\"a\"}\n"
		"9 {\"k\":\"exit\",\"status\":77}\n");
}

static void unknown_members_are_ignored(void)
{
	CHECK_STRING(parse(seal(0, "{\"k\":\"info\",\"text\":\"a\",\"new\":[1,{}]}")),
		     "3 {\"k\":\"info\",\"new\":[1,{}],\"text\":\"a\"}\n");
}

static void what_has_no_token_is_text(void)
{
	static const char *const lines[] = {
		"PASS: all is well\n",
		"@vmunit1 \n",
		"@vmunit1 0123456789abcdee 00000000 0 {\"k\":\"exit\",\"status\":0}\n",
		"@vmunit2 " TOKEN " 00000000 0 {}\n",
		" @vmunit1 " TOKEN " 00000000 0 {}\n",
		"@vmunit1 " TOKEN "\n",
		"\n",
		"EXIT: STATUS=1\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char wanted[200];

		snprintf(wanted, sizeof(wanted), "text: %s", lines[i]);
		CHECK_STRING(parse(lines[i]), wanted);
	}
}

static void a_record_in_a_line_is_text_and_missed(void)
{
	CHECK_HAS(parse(join("x", seal(0, "{\"k\":\"info\",\"text\":\"a\"}"),
			     seal(1, "{\"k\":\"info\",\"text\":\"b\"}"))),
		  "damage: record 0 is missing (1 came)\n3 {\"k\":\"info\",\"text\":\"b\"}\n");
}

static void carriage_returns_are_dropped(void)
{
	char line[200];

	snprintf(line, sizeof(line), "%s", seal(0, "{\"k\":\"info\",\"text\":\"a\"}"));
	strcpy(line + strlen(line) - 1, "\r\nx\r\n");
	CHECK_STRING(parse(line), "3 {\"k\":\"info\",\"text\":\"a\"}\ntext: x\n");
}

static void numbers_must_follow(void)
{
	const char *zero = seal(0, "{\"k\":\"info\",\"text\":\"a\"}");

	CHECK_HAS(parse(join(zero, zero, "")), "damage: record 1 was due, but 0 came again\n");
	CHECK_HAS(
		parse(join(zero, seal(2, "{\"k\":\"info\",\"text\":\"c\"}"),
			   seal(3, "{\"k\":\"info\",\"text\":\"d\"}"))),
		"damage: record 1 is missing (2 came)\n3 {\"k\":\"info\",\"text\":\"c\"}\n"
		"3 {\"k\":\"info\",\"text\":\"d\"}\n");
	CHECK_HAS(parse(seal(5, "{\"k\":\"info\",\"text\":\"a\"}")),
		  "damage: record 0 is missing (5 came)\n");
}

static void damaged_lines_are_told(void)
{
	static const struct {
		const char *json, *damage;
	} rows[] = {
		{ "{\"k\":\"no\"}", "unknown kind" },
		{ "{}", "unknown kind" },
		{ "[]", "no JSON object" },
		{ "{\"k\":", "no JSON object" },
		{ "{\"k\":\"exit\"}", "(exit) lacks \"status\"" },
		{ "{\"k\":\"exit\",\"status\":\"0\"}", "(exit) has a wrong \"status\"" },
		{ "{\"k\":\"exit\",\"status\":-1}", "has a wrong \"status\"" },
		{ "{\"k\":\"exit\",\"status\":1.5}", "has a wrong \"status\"" },
		{ "{\"k\":\"exit\",\"status\":0,\"status\":1}", "no JSON object" },
		{ "{\"k\":7}", "unknown kind" },
		{ "{\"k\":\"check\",\"v\":\"pass\"}", "lacks \"name\"" },
		{ "{\"k\":\"check\",\"v\":\"pass\",\"name\":\"x\",\"line\":\"1\"}",
		  "wrong \"line\"" },
		{ "{\"k\":\"end\",\"case\":\"x\",\"v\":\"pass\",\"checks\":1}",
		  "lacks \"failed\"" },
		{ "{\"k\":\"trace\",\"cpu\":0,\"ip\":\"0x1\"}", "wrong \"ip\"" },
		{ "{\"k\":\"trace\",\"cpu\":0,\"ip\":[\"xyz\"]}", "wrong \"ip\"" },
		{ "{\"k\":\"trace\",\"cpu\":0,\"ip\":[1]}", "wrong \"ip\"" },
		{ "{\"k\":\"info\",\"text\":\"\\u0000\"}", "no JSON object" },
		{ "{\"k\":\"metric\",\"name\":\"x\",\"value\":\"1\",\"unit\":\"s\"}",
		  "wrong \"value\"" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CHECK_HAS(parse(seal(0, rows[i].json)), "damage: record 0");
		CHECK_HAS(out.data, rows[i].damage);
	}
	CHECK_STRING(parse("@vmunit1 " TOKEN " 00000000 0 {\"k\":\"exit\",\"status\":0}\n"),
		     "damage: record 0 came with a wrong sum\n");
	CHECK_STRING(parse("@vmunit1 " TOKEN " \n"), "damage: record 0 came with a wrong sum\n");
	CHECK_STRING(parse("@vmunit1 " TOKEN " 811c9dc5 \n"),
		     "damage: record 0 came without a number\n");
	CHECK_STRING(parse("@vmunit1 " TOKEN " 811C9DC5 \n"),
		     "damage: record 0 came with a wrong sum\n");
}

static void a_cut_record_is_damage(void)
{
	const char *line = seal(0, "{\"k\":\"info\",\"text\":\"a\"}");

	CHECK_STRING(parse_pieces(line, strlen(line) - 1, 7), "damage: record 0 is cut off\n");
	CHECK_STRING(parse_pieces(line, 20, 20), "text: @vmunit1 0123456789a\n");
}

static void long_lines_are_cut_in_pieces(void)
{
	char *line = xmalloc(2 * RECORD_MAX + 3);

	memset(line, 'a', 2 * RECORD_MAX);
	strcpy(line + 2 * RECORD_MAX, "b\n");
	parse(line);
	CHECK_NUMBER(out.len, 2 * (6 + RECORD_MAX + 1) + 6 + 2);
	CHECK_HAS(out.data, "a\ntext: b\n");
	strcpy(line + 2 * RECORD_MAX, "\n");
	parse(line);
	CHECK_NUMBER(out.len, 2 * (6 + RECORD_MAX + 1));
	free(line);
}

static void a_record_is_bounded(void)
{
	static char json[RECORD_MAX + 100];
	const char *line;
	size_t fixed = strlen(seal(0, "{\"k\":\"info\",\"text\":\"\"}"));

	/* The largest record that is allowed, with its newline; then one byte more. */
	for (size_t more = 0; more < 2; more++) {
		snprintf(json, sizeof(json), "{\"k\":\"info\",\"text\":\"%0*d\"}",
			 (int)(RECORD_MAX - fixed + more), 0);
		line = seal(0, json);
		CHECK_NUMBER(strlen(line), RECORD_MAX + more);
		CHECK_HAS(parse(join(line, seal(more ? 0 : 1, "{\"k\":\"info\",\"text\":\"next\"}"),
				     "")),
			  "next");
		CHECK((strstr(out.data, "damage: record 0 is longer than 4096 bytes\n") != NULL) ==
		      (more == 1));
	}
}

static void bytes_become_utf8(void)
{
	/*
	 * "é" as the guest's bytes c3 a9, a lone 0xff, an escape that stays for the view to
	 * escape.
	 */
	CHECK_STRING(parse(seal(0, "{\"k\":\"info\",\"text\":\"\\u00c3\\u00a9 \\u00ff \\u001b\"}")),
		     "3 {\"k\":\"info\",\"text\":\"\xc3\xa9 \\\\xff \\u001B\"}\n");
}

int main(void)
{
	RUN(sum_is_fnv1a);
	RUN(sound_records_come_through);
	RUN(unknown_members_are_ignored);
	RUN(what_has_no_token_is_text);
	RUN(a_record_in_a_line_is_text_and_missed);
	RUN(carriage_returns_are_dropped);
	RUN(numbers_must_follow);
	RUN(damaged_lines_are_told);
	RUN(a_cut_record_is_damage);
	RUN(long_lines_are_cut_in_pieces);
	RUN(a_record_is_bounded);
	RUN(bytes_become_utf8);
	strbuf_free(&out);
	return check_status();
}
