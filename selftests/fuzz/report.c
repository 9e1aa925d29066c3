/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libFuzzer harness: any bytes as a saved event stream, through the reader and every formatter. What comes out must
 * be free of control characters, and JSON lines must be read again as the same JSON lines.
 * Build: clang -fsanitize=fuzzer,address,undefined with the objects of selftests/golden/format. Seeds: ../golden.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* One report; what came out is *text, to be freed. */
static enum exit_status report(const char *data, size_t len, const struct format *format, bool verbose, char **text)
{
	struct options options = { .verbose = verbose };
	size_t text_len = 0;
	FILE *in = fmemopen((void *)(uintptr_t)data, len, "r"), *out = open_memstream(text, &text_len);
	enum exit_status status;

	if (!in || !out)
		abort();
	status = report_stream(in, "fuzz", format, out, &options);
	fclose(in);
	fclose(out);
	if (strlen(*text) != text_len)
		abort();	/* a NUL came through */
	return status;
}

static void check_plain(const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		if ((*p < ' ' && *p != '\n' && *p != '\t') || *p == 0x7f || (p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0))
			abort();
}

/* The plan is there once, and counts the test points. */
static void check_tap(const char *text)
{
	unsigned long points = 0, plan = 0, plans = 0;

	for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		points += strncmp(line, "ok ", 3) == 0 || strncmp(line, "not ok ", 7) == 0;
		if (strncmp(line, "1..", 3) == 0) {
			plan = strtoul(line + 3, NULL, 10);
			plans++;
		}
	}
	if (plans != 1 || plan != points)
		abort();
}

/* Events that were taken are taken again; only how the stream ends may differ (a cut or bad line is gone). */
static void check_json(const char *data, size_t len)
{
	char *once, *twice;

	report(data, len, &format_json, false, &once);
	if (*once) {
		report(once, strlen(once), &format_json, false, &twice);
		if (strcmp(once, twice) != 0)
			abort();
		free(twice);
	}
	free(once);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const char *data = (const char *)bytes;
	char *text;

	if (len == 0)
		return 0;	/* fmemopen() refuses it */
	for (int verbose = 0; verbose < 2; verbose++) {
		report(data, len, &format_terminal, verbose, &text);
		check_plain(text);
		free(text);
		report(data, len, &format_tap13, verbose, &text);
		check_plain(text);
		check_tap(text);
		free(text);
	}
	check_json(data, len);
	return 0;
}
