/* SPDX-License-Identifier: BSD-2-Clause */
/* snprintf() and vsnprintf(): format() into a buffer. */
#include "format.h"
#include "libcflat.h"

struct buffer_sink {
	struct sink sink;
	char *buf;
	size_t room;		/* bytes left, without the terminator */
};

static void put_buffer(struct sink *sink, const char *text, size_t len)
{
	struct buffer_sink *b = container_of(sink, struct buffer_sink, sink);
	size_t n = MIN(len, b->room);

	memcpy(b->buf, text, n);
	b->buf += n;
	b->room -= n;
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list va)
{
	struct buffer_sink b = { { put_buffer, 0 }, buf, size ? size - 1 : 0 };

	format(&b.sink, fmt, va);
	if (size)
		*b.buf = '\0';
	return b.sink.total > INT_MAX ? INT_MAX : (int)b.sink.total;
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list va;
	int len;

	va_start(va, fmt);
	len = vsnprintf(buf, size, fmt, va);
	va_end(va);
	return len;
}
