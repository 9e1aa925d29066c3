/* SPDX-License-Identifier: BSD-2-Clause */
/* printf() and its like: formatted into a line buffer, which goes to the console whenever it is full and at the end. */
#include "console.h"
#include "format.h"
#include "libcflat.h"
#include "linebuf.h"

struct console_sink {
	struct sink sink;
	struct linebuf *line;
};

static void put_console(struct sink *sink, const char *text, size_t len)
{
	struct linebuf *line = container_of(sink, struct console_sink, sink)->line;

	while (len) {
		size_t n = MIN(len, line->limit - line->len);

		linebuf_add(line, text, n);
		text += n;
		len -= n;
		if (line->len == line->limit)
			linebuf_flush(line);
	}
}

int vprintf(const char *fmt, va_list va)
{
	struct console_sink s = { { put_console, 0 }, linebuf_get() };

	format(&s.sink, fmt, va);
	linebuf_send(s.line);
	return s.sink.total > INT_MAX ? INT_MAX : (int)s.sink.total;
}

int printf(const char *fmt, ...)
{
	va_list va;
	int len;

	va_start(va, fmt);
	len = vprintf(fmt, va);
	va_end(va);
	return len;
}

int puts(const char *s)
{
	console_write(s, strlen(s));
	return 0;
}

int putchar(int c)
{
	char byte = (char)c;

	console_write(&byte, 1);
	return (unsigned char)c;
}
