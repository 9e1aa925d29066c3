/* SPDX-License-Identifier: BSD-2-Clause */
/* What the macros of util.h call, and key=value arguments. */
#include "linebuf.h"
#include "util.h"

int parse_keyval(const char *text, long *value)
{
	const char *equals = strchr(text, '=');
	char *end;

	if (!equals)
		return -1;
	*value = strtol(equals + 1, &end, 0);
	if (end == equals + 1 || *end)
		report_abort("%s: a number has to follow '='", text);
	return (int)(equals - text);
}

void __test_not_equal(const char *file, int line, u64 a, u64 b,
		      const char *a_text, const char *b_text, const char *fmt, ...)
{
	struct linebuf *text = linebuf_get();
	va_list va;

	va_start(va, fmt);
	linebuf_format(text, fmt, va);
	va_end(va);
	/* fmt begins with the blank that separates it, so that it is never an empty format. */
	__report(file, line, false, "%s == %s: 0x%" PRIx64 " is not 0x%" PRIx64 "%s%.*s", a_text, b_text,
		 a, b, text->len > 1 ? ":" : "", (int)text->len, text->text);
	linebuf_drop(text);
	dump_stack();
}
