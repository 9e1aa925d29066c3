/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzzes the record parser and the collection of evidence behind it. The first byte is the size
 * of the pieces. Sums are mended on the way, since a fuzzer cannot guess them: each '#' in place
 * of the first digit of one asks for that.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "evidence.h"
#include "render.h"

#define TOKEN "0123456789abcdef"
#define START "@vmunit1 " TOKEN " #"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_record(void *arg, enum record_kind kind, json_t *record)
{
	struct strbuf b = { 0 };
	size_t i = evidence_record(arg, kind, record);

	render_record(&b, kind, record);
	if (b.data && strpbrk(b.data, "\033\r"))
		abort();
	if (i != NO_CASE && i >= ((struct evidence *)arg)->n_cases)
		abort();
	strbuf_free(&b);
}

static void on_text(void *arg, const char *line, size_t len)
{
	struct strbuf b = { 0 };

	(void)arg;
	if (len > RECORD_MAX || memchr(line, '\n', len))
		abort();
	render_text(&b, line, len);
	strbuf_free(&b);
}

static void on_damage(void *arg, const char *what)
{
	evidence_damage(arg, what);
}

static void mend_sums(char *text, size_t size)
{
	for (char *p = text; (p = strstr(p, START)); p++) {
		char *sum = p + strlen(START) - 1, *end = strchr(p, '\n'), digits[9];

		if (!end || end < sum + 9 || end > text + size)
			continue;
		snprintf(digits, sizeof(digits), "%08x",
			 (unsigned int)record_sum(sum + 9, (size_t)(end - sum - 9)));
		memcpy(sum, digits, 8);
		sum[8] = ' ';
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct record_sink sink = { on_record, on_text, on_damage };
	static struct record_parser p;
	struct strvec planned = { 0 };
	struct evidence e;
	size_t piece = size ? data[0] + 1u : 1;
	char *text = xstrndup(size ? (const char *)data + 1 : "", size ? size - 1 : 0);

	mend_sums(text, size ? size - 1 : 0);
	strvec_push(&planned, "one");
	strvec_push(&planned, "two");
	evidence_open(&e, &planned);
	record_open(&p, TOKEN, &sink, &e);
	for (size_t i = 0; i + 1 < size; i += piece)
		record_feed(&p, text + i, size - 1 - i < piece ? size - 1 - i : piece);
	record_close(&p);
	if (p.len || (e.running != NO_CASE && e.running >= e.n_cases))
		abort();
	evidence_close(&e);
	strvec_free(&planned);
	free(text);
	return 0;
}
