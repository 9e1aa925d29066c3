/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON lines: the event stream as docs/events.md defines it, one object a line, flushed line by line. */
#include "event.h"
#include "event_schema.h"

static void *json_format_open(FILE *out, const struct options *options)
{
	(void)options;
	return out;
}

static void json_format_event(void *state, const json_t *event)
{
	json_t *ordered = event_in_order(event);

	json_dumpf(ordered, state, JSON_COMPACT | JSON_PRESERVE_ORDER);
	json_decref(ordered);
	fputc('\n', state);
	fflush(state);
}

static void json_format_close(void *state)
{
	(void)state;
}

const struct format format_json = {
	.name = "json",
	.open = json_format_open,
	.event = json_format_event,
	.close = json_format_close,
};
