/* SPDX-License-Identifier: BSD-2-Clause */
/* The pool of line buffers: see linebuf.h. */
#include "arch-hooks.h"
#include "console.h"
#include "format.h"
#include "libcflat.h"
#include "linebuf.h"
#include "patience.h"

#define POOL 8

static struct linebuf pool[POOL];
/*
 * For the CPU that ends the machine: it must not wait for those that it has stopped. In turn, since a message and the
 * record that it goes into are in use at once.
 */
static struct linebuf last_resort[4];
static unsigned int next_resort;

static struct linebuf *reset(struct linebuf *line)
{
	line->cut = false;
	line->limit = LINEBUF_MAX;
	line->len = 0;
	return line;
}

struct linebuf *linebuf_get(void)
{
	struct patience patience = { 0 };
	u32 me = (u32)arch_cpu_id() + 1;

	for (;;) {
		if (console_closed())
			return reset(&last_resort[next_resort++ % ARRAY_SIZE(last_resort)]);
		for (int i = 0; i < POOL; i++) {
			u32 nobody = 0;

			if (__atomic_compare_exchange_n(&pool[i].owner, &nobody, me, false,
							__ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
				return reset(&pool[i]);
		}
		if (patience_over(&patience, CONSOLE_PATIENCE)) {
			console_close();
			report_abort("all %d line buffers are in use and stay so", POOL);
		}
	}
}

void linebuf_put(struct linebuf *line)
{
	__atomic_store_n(&line->owner, 0, __ATOMIC_RELEASE);
}

void linebuf_recover(void)
{
	u32 me = (u32)arch_cpu_id() + 1;

	for (int i = 0; i < POOL; i++)
		if (__atomic_load_n(&pool[i].owner, __ATOMIC_RELAXED) == me)
			linebuf_put(&pool[i]);
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
