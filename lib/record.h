/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Emits the records of docs/protocol.md. Not for tests: report.c, case.c and their like use it.
 *
 *	struct linebuf *r = record_begin("info");
 *	record_string(r, "text", text);
 *	record_send(r);
 *
 * What does not fit into a line of LINEBUF_MAX bytes is left out, and the record says "cut":true: put what matters
 * first, long text last.
 */
#ifndef RECORD_H
#define RECORD_H

#include "libcflat.h"
#include "linebuf.h"

/* True if the runner handed over a token: records instead of human lines. */
bool record_enabled(void);
void record_set_token(const char *token);	/* aborts if it is not 16 hexadecimal digits */

/* Kinds and keys are string literals: each is put with its quotes and punctuation as one, without a call. */
#define record_begin(kind)		__record_begin("{\"k\":\"" kind "\"", sizeof("{\"k\":\"" kind "\"") - 1)
#define record_string(r, key, value)	__RECORD_MEMBER(r, ",\"" key "\":\"", __record_string(r, value))
#define record_number(r, key, value)	__RECORD_MEMBER(r, ",\"" key "\":", __record_number(r, value))
#define record_addresses(r, key, v, n)	__RECORD_MEMBER(r, ",\"" key "\":[", __record_addresses(r, v, n))
/* The prefixes of report messages, and a message. */
#define record_message(r, key, fmt, va)	__RECORD_MEMBER(r, ",\"" key "\":\"", __record_message(r, fmt, va))

/* Puts the key and calls put_value, or puts nothing if that would leave no room for a value. */
#define __RECORD_MEMBER(r, key, put_value)			\
	do {							\
		if (__record_room(r, sizeof(key))) {		\
			__linebuf_literal(r, key, sizeof(key) - 1);	\
			put_value;				\
		}						\
	} while (0)

/* Room for a key and a number of any size. */
static inline bool __record_room(struct linebuf *r, size_t key)
{
	bool room = r->len + key + 20 <= r->limit;

	r->cut |= !room;
	return room;
}

struct linebuf *__record_begin(const char *start, size_t len);
void __record_string(struct linebuf *r, const char *value);
void __record_number(struct linebuf *r, u64 value);
void __record_addresses(struct linebuf *r, const void *const *v, int n);
void __record_message(struct linebuf *r, const char *fmt, va_list va) __attribute__((format(printf, 2, 0)));
/* Seals the record with number and sum and sends it whole, from any CPU and any context. */
void record_send(struct linebuf *r);

#endif
