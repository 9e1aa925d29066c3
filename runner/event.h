/* SPDX-License-Identifier: BSD-2-Clause */
/* The event stream of docs/events.md inside the runner: producers emit, formatters are told. */
#ifndef EVENT_H
#define EVENT_H

#include <jansson.h>
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

void event_add_format(const struct format *format, FILE *out, const struct options *options);
/* Takes over event (a JSON object with "event" set) and tells every formatter. */
void event_emit(json_t *event);
void event_tick(void);
void event_close(void);

#endif
