/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hands every event to every formatter, and notices at once when one's output cannot be written. A formatter
 * whose output is broken is told nothing more; the others learn of it from an event "error".
 */
#include "event.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "options.h"
#include "util.h"

struct sink {
	const struct format *format;
	FILE *out;
	const char *name;	/* of the file, for messages */
	void *state;
	int error;		/* errno of the first failed write, 0: none */
	bool reported;
};

static struct sink sinks[4];
static size_t n_sinks;
static bool failed;

void event_add_format(const struct format *format, FILE *out, const struct options *options)
{
	struct sink *sink = &sinks[n_sinks];

	if (n_sinks == ARRAY_SIZE(sinks))
		die(EXIT_ENVIRONMENT, "more than %zu output formats at once", ARRAY_SIZE(sinks));
	n_sinks++;
	*sink = (struct sink) { .format = format, .out = out, .name = options->json };
	if (out == stdout || !sink->name)
		sink->name = out == stdout ? "standard output" : format->name;
	sink->state = format->open(out, options);
}

/* Called after each use of the sink, with errno set to 0 before it. */
static void look_for_error(struct sink *sink)
{
	int error = errno;

	if (sink->error || !ferror(sink->out))
		return;
	sink->error = error ? error : EIO;
	failed = true;
}

/* Everyone has seen the event at hand before someone's failure is told, so the order of events is the same for all. */
static void report_errors(void)
{
	for (size_t i = 0; i < n_sinks; i++) {
		struct sink *sink = &sinks[i];
		char *text;

		if (!sink->error || sink->reported)
			continue;
		sink->reported = true;
		text = xasprintf("cannot write %s: %s", sink->name, strerror(sink->error));
		if (sink->out == stdout || n_sinks == 1)
			fprintf(stderr, "vmunit: %s\n", text);
		event_emit(json_pack("{s:s, s:o}", "event", "error", "text", event_text(text, strlen(text))));
		free(text);
	}
}

void event_emit(json_t *event)
{
	if (!event)
		die(EXIT_ENVIRONMENT, "out of memory, or an event with text that is not UTF-8");
	for (size_t i = 0; i < n_sinks; i++) {
		if (sinks[i].error)
			continue;
		errno = 0;
		sinks[i].format->event(sinks[i].state, event);
		look_for_error(&sinks[i]);
	}
	json_decref(event);
	report_errors();
}

void event_tick(void)
{
	for (size_t i = 0; i < n_sinks; i++) {
		if (sinks[i].error || !sinks[i].format->tick)
			continue;
		errno = 0;
		sinks[i].format->tick(sinks[i].state);
		look_for_error(&sinks[i]);
	}
	report_errors();
}

void event_close(void)
{
	for (size_t i = 0; i < n_sinks; i++) {
		errno = 0;
		sinks[i].format->close(sinks[i].state);
		fflush(sinks[i].out);
		look_for_error(&sinks[i]);
		if (sinks[i].error && !sinks[i].reported)
			fprintf(stderr, "vmunit: cannot write %s: %s\n", sinks[i].name, strerror(sinks[i].error));
	}
	n_sinks = 0;
}

bool event_failed(void)
{
	return failed;
}

json_t *event_text(const char *data, size_t len)
{
	struct strbuf b = { 0 };
	json_t *text;

	escape_to_utf8(&b, data, len);
	text = json_stringn(b.data ? b.data : "", b.len);
	strbuf_free(&b);
	if (!text)
		die(EXIT_ENVIRONMENT, "out of memory");
	return text;
}
