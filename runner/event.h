/* SPDX-License-Identifier: BSD-2-Clause */
/* The event stream of docs/events.md inside the runner: producers emit, formatters are told. */
#ifndef EVENT_H
#define EVENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct options;

/* A formatter: one row, one file (format_terminal.c, ...). It sees every event in order and nothing else. */
struct format {
	const char *name;
	void *(*open)(FILE *out, const struct options *options);
	void (*event)(void *state, const json_t *event);
	void (*tick)(void *state);		/* may be NULL; called some times a second while jobs run (live line) */
	void (*close)(void *state);
};

extern const struct format format_terminal, format_tap13, format_json;

/* The caller keeps out, and closes it after event_close(). */
void event_add_format(const struct format *format, FILE *out, const struct options *options);
/* Takes over event (a JSON object with "event" set) and tells every formatter. */
void event_emit(json_t *event);
void event_tick(void);
/* Ends every formatter and forgets it: a new stream may begin. event_failed() keeps its answer. */
void event_close(void);

/*
 * Could some formatter's output not be written (full disk, closed pipe)? That was said once, on stderr or as
 * an event "error" to the other formatters; the run has to end with EXIT_ENVIRONMENT. main ignores SIGPIPE.
 */
bool event_failed(void);

/*
 * A JSON string of any bytes, for what a guest or a VMM said: bytes that are not UTF-8, and NUL, become the
 * four characters \xNN, since JSON cannot carry them.
 */
json_t *event_text(const char *data, size_t len);

#endif
