/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a guest's console as docs/protocol.md defines it: bytes in, records, text and damage out.
 * Judges nothing.
 */
#ifndef RECORD_H
#define RECORD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORD_MAX \
	4096 /* bytes of a line, with its newline; longer text is handed over in pieces of this \
		size */
#define RECORD_TOKEN	16	/* digits */

enum record_kind {
	RECORD_HELLO,
	RECORD_BEGIN,
	RECORD_CHECK,
	RECORD_INFO,
	RECORD_METRIC,
	RECORD_TRACE,
	RECORD_END,
	RECORD_ABORT,
	RECORD_SUMMARY,
	RECORD_EXIT,
	RECORD_MIGRATE,
	RECORD_KINDS,
};

struct record_sink {
	/*
	 * A sound record: its required members are there, and all that are known have their type.
	 * Its strings are UTF-8 (bytes that are not have become \xNN), but may hold control
	 * characters.
	 */
	void (*record)(void *arg, enum record_kind kind, json_t *record);
	void (*text)(void *arg, const char *line, size_t len);	/* any bytes, without the newline */
	void (*damage)(void *arg, const char *what);
};

struct record_parser {
	const struct record_sink *sink;
	void *arg;
	char token[RECORD_TOKEN + 1];
	uint64_t next;			/* sequence number that is due */
	/* SKIP: the rest of an oversized record */
	enum { LINE_START, LINE_TEXT, LINE_SKIP } state;
	size_t len;
	char line[RECORD_MAX];
};

void record_open(struct record_parser *p, const char *token, const struct record_sink *sink,
		 void *arg);
/* Takes any piece of the stream. */
void record_feed(struct record_parser *p, const char *data, size_t len);
/* The end of the stream: a line without a newline is handed over as what it is. */
void record_close(struct record_parser *p);

/* FNV-1a, 32 bits. */
uint32_t record_sum(const char *data, size_t len);

#endif
