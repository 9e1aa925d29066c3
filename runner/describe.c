/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of an event in words; see describe.h. Nothing here depends on the locale. */
#include "describe.h"

#include <inttypes.h>

static const struct {
	const char *word, *participle;
} words[VERDICTS] = {
	[VERDICT_PASS] = { "PASS", "passed" },
	[VERDICT_XFAIL] = { "XFAIL", "failed as known" },
	[VERDICT_SKIP] = { "SKIP", "skipped" },
	[VERDICT_XPASS] = { "XPASS", "passed against a known issue" },
	[VERDICT_ERROR] = { "ERROR", "in error" },
	[VERDICT_TIMEOUT] = { "TIMEOUT", "timed out" },
	[VERDICT_CRASH] = { "CRASH", "crashed" },
	[VERDICT_FAIL] = { "FAIL", "failed" },
};

const char *member_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

enum verdict member_verdict(const json_t *event)
{
	enum verdict verdict;

	return verdict_parse(member_text(event, "verdict"), &verdict) ? verdict : VERDICT_ERROR;
}

size_t counts_of(const json_t *counts, enum verdict verdict)
{
	return (size_t)json_integer_value(json_object_get(counts, verdict_name(verdict)));
}

size_t counts_sum(const json_t *counts)
{
	size_t sum = 0;

	for (int v = 0; v < VERDICTS; v++)
		sum += counts_of(counts, v);
	return sum;
}

const char *verdict_word(enum verdict verdict)
{
	return words[verdict].word;
}

const char *verdict_participle(enum verdict verdict)
{
	return words[verdict].participle;
}

bool describe_place(struct strbuf *b, const json_t *object)
{
	const char *file = member_text(object, "file");
	json_int_t line = json_integer_value(json_object_get(object, "line"));

	if (!*file)
		return false;
	strbuf_adds(b, file);
	if (line > 0)
		strbuf_addf(b, ":%" PRIdMAX, (intmax_t)line);
	return true;
}

void describe_check(struct strbuf *b, const json_t *check, bool with_place)
{
	const char *reason = member_text(check, "reason");

	if (with_place && describe_place(b, check))
		strbuf_adds(b, ": ");
	strbuf_adds(b, member_text(check, "name"));
	if (*reason)
		strbuf_addf(b, ": %s", reason);
}

void describe_frame(struct strbuf *b, const json_t *frame)
{
	const char *function = member_text(frame, "function"), *ip = member_text(frame, "ip");
	struct strbuf place = { 0 };

	strbuf_adds(b, *function ? function : *ip ? ip : "?");
	if (describe_place(&place, frame))
		strbuf_addf(b, " (%s)", place.data);
	strbuf_free(&place);
}

void describe_issue(struct strbuf *b, const json_t *issue)
{
	const char *place = member_text(issue, "place"), *link = member_text(issue, "link");

	strbuf_adds(b, member_text(issue, "reason"));
	if (*place || *link)
		strbuf_addf(b, " (%s%s%s)", place, *place && *link ? ", " : "", link);
}

static void add_count(struct strbuf *b, size_t n, const char *what, const char *plural)
{
	if (n)
		strbuf_addf(b, "%s%zu %s%s", b->len ? ", " : "", n, what, n == 1 ? "" : plural);
}

void describe_counts(struct strbuf *b, const json_t *test_end)
{
	const json_t *cases = json_object_get(test_end, "cases"), *checks = json_object_get(test_end, "checks");
	struct strbuf text = { 0 };

	add_count(&text, counts_sum(checks), "check", "s");
	add_count(&text, counts_sum(cases), "case", "s");
	for (int v = VERDICT_PASS + 1; v < VERDICTS; v++)
		add_count(&text, counts_of(counts_sum(cases) ? cases : checks, v), verdict_participle(v), "");
	strbuf_adds(b, strbuf_text(&text));
	strbuf_free(&text);
}

void describe_duration(struct strbuf *b, json_int_t ms)
{
	intmax_t s = ms / 1000;

	if (s < 60)
		strbuf_addf(b, "%" PRIdMAX ".%02" PRIdMAX " s", s, (intmax_t)(ms % 1000 / 10));
	else
		strbuf_addf(b, "%" PRIdMAX " min %02" PRIdMAX " s", s / 60, s % 60);
}

void describe_arch_skip(struct strbuf *b, const json_t *event)
{
	const json_t *tests = json_object_get(event, "tests");
	json_int_t n = json_integer_value(tests);

	if (tests)
		strbuf_addf(b, "%" JSON_INTEGER_FORMAT " test%s: ", n, n == 1 ? "" : "s");
	strbuf_adds(b, member_text(event, "reason"));
}
