/* SPDX-License-Identifier: BSD-2-Clause */
/* assert() that failed, and abort(). */
#include "libcflat.h"
#include "linebuf.h"

void __assert_failed(const char *file, int line, const char *cond, const char *fmt, ...)
{
	struct linebuf *text;
	va_list va;

	dump_stack();
	if (!fmt)
		report_abort("%s:%d: assert failed: %s", file, line, cond);
	text = linebuf_get();
	va_start(va, fmt);
	linebuf_format(text, fmt, va);
	va_end(va);
	report_abort("%s:%d: assert failed: %s: %.*s", file, line, cond, (int)text->len, text->text);
}

void abort(void)
{
	dump_stack();
	report_abort("abort() was called");
}
