/* SPDX-License-Identifier: BSD-2-Clause */
/* The line buffers: see linebuf.h. */
#include "console.h"
#include "format.h"
#include "libcflat.h"
#include "linebuf.h"
#include "prefix.h"

/* The holder's, and those of the contexts that interrupt it: they nest, and so does their use of the buffers. */
#define NESTED_MAX 6
static struct linebuf buffers[1 + NESTED_MAX];
static int nested;
/* For the CPU that ends the machine, from whatever context: in turn, since one may still read another. */
static struct linebuf last_resort[4];
static unsigned int next_resort;

static struct linebuf *reset(struct linebuf *line, bool holder, unsigned long irq_state)
{
	line->holder = holder;
	line->irq_state = irq_state;
	line->cut = false;
	line->limit = LINEBUF_MAX;
	line->len = 0;
	return line;
}

struct linebuf *linebuf_get(void)
{
	unsigned long irq_state;

	if (console_begin(&irq_state)) {
		if (console_closed())
			return reset(&last_resort[next_resort++ % ARRAY_SIZE(last_resort)], true, irq_state);
		return reset(&buffers[0], true, irq_state);
	}
	if (nested == NESTED_MAX)
		report_abort("handlers that print interrupt each other %d times", NESTED_MAX);
	return reset(&buffers[++nested], false, irq_state);
}

void linebuf_drop(struct linebuf *line)
{
	if (!line->holder)
		nested--;
	console_end(line->holder, line->irq_state);
}

void linebuf_send(struct linebuf *line)
{
	console_put(line->holder, line->text, line->len, false, NULL);
	linebuf_drop(line);
}

void linebuf_send_line(struct linebuf *line, size_t (*seal)(char *text, size_t len))
{
	console_put(line->holder, line->text, line->len, true, seal);
	linebuf_drop(line);
}

void linebuf_flush(struct linebuf *line)
{
	console_put(line->holder, line->text, line->len, false, NULL);
	line->len = 0;
}

void linebuf_recover(void)
{
	if (console_held())
		nested = 0;
	console_recover();
}

void linebuf_add(struct linebuf *line, const char *text, size_t len)
{
	size_t room = line->limit - line->len;

	if (len > room) {
		len = room;
		line->cut = true;
	}
	memcpy(line->text + line->len, text, len);
	line->len += len;
}

void linebuf_string(struct linebuf *line, const char *text)
{
	linebuf_add(line, text, strlen(text));
}

struct line_sink {
	struct sink sink;
	struct linebuf *line;
};

static void put_line(struct sink *sink, const char *text, size_t len)
{
	linebuf_add(container_of(sink, struct line_sink, sink)->line, text, len);
}

void linebuf_format(struct linebuf *line, const char *fmt, va_list va)
{
	struct line_sink s = { { put_line, 0 }, line };

	format(&s.sink, fmt, va);
}

void linebuf_message(struct linebuf *line, const char *fmt, va_list va)
{
	struct line_sink s = { { put_line, 0 }, line };

	prefix_put(&s.sink);
	format(&s.sink, fmt, va);
}
