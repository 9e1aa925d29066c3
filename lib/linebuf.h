/* SPDX-License-Identifier: BSD-2-Clause */
/* Buffers for one line of output, from a small pool: the stacks of handlers and of new CPUs have no room for them. */
#ifndef LINEBUF_H
#define LINEBUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINEBUF_MAX 4096	/* a record's limit: docs/protocol.md */

struct linebuf {
	uint32_t owner;		/* CPU number + 1; 0: free */
	bool cut;		/* something did not fit */
	size_t limit;		/* text may grow to that; at most LINEBUF_MAX */
	size_t len;
	char text[LINEBUF_MAX];
};

/* An empty buffer; waits if all are in use. Any CPU, any context. */
struct linebuf *linebuf_get(void);
void linebuf_put(struct linebuf *line);
/* After a longjmp() on this CPU: takes back what the contexts that it left had got. */
void linebuf_recover(void);

/* Append as much as fits; the rest makes line->cut true. */
void linebuf_add(struct linebuf *line, const char *text, size_t len);
void linebuf_string(struct linebuf *line, const char *text);
void linebuf_format(struct linebuf *line, const char *fmt, va_list va);

#endif
