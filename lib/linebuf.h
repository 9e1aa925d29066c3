/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Buffers for one line of output: the stacks of handlers and of new CPUs have no room for them. Whoever has one holds
 * the console, with interrupts off, or has interrupted the one who does.
 */
#ifndef LINEBUF_H
#define LINEBUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINEBUF_MAX 4096	/* a record's limit: docs/protocol.md */

struct linebuf {
	bool holder;		/* of the console */
	unsigned long irq_state;
	bool cut;		/* something did not fit */
	size_t limit;		/* text may grow to that; at most LINEBUF_MAX */
	size_t len;
	char text[LINEBUF_MAX];
};

/* An empty buffer. Any CPU, any context; the last one got is the first to be given back. */
struct linebuf *linebuf_get(void);
/* Sends the text and gives the buffer back; nothing is sent if it is empty. */
void linebuf_send(struct linebuf *line);
/* The same for a whole line, starting at the beginning of a line; seal: see console_put(). */
void linebuf_send_line(struct linebuf *line, size_t (*seal)(char *text, size_t len));
/* Gives it back unsent. */
void linebuf_drop(struct linebuf *line);
/* Sends the text, to go on with an empty buffer. */
void linebuf_flush(struct linebuf *line);
/* After a longjmp() on this CPU: gives back what the contexts that it left had got, and the console. */
void linebuf_recover(void);

/* Append as much as fits; the rest makes line->cut true. */
void linebuf_add(struct linebuf *line, const char *text, size_t len);
/* The same for a string literal, which the compiler copies in a few instructions. */
#define linebuf_literal(line, text)	__linebuf_literal(line, text "", sizeof(text) - 1)
void linebuf_string(struct linebuf *line, const char *text);
void linebuf_format(struct linebuf *line, const char *fmt, va_list va);
/* The prefixes of report messages, and a message. */
void linebuf_message(struct linebuf *line, const char *fmt, va_list va);

static inline __attribute__((always_inline))
void __linebuf_literal(struct linebuf *line, const char *text, size_t len)
{
	if (len > line->limit - line->len) {
		linebuf_add(line, text, len);
		return;
	}
	__builtin_memcpy(line->text + line->len, text, len);
	line->len += len;
}

#endif
