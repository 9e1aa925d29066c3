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

struct linebuf *record_begin(const char *kind);
void record_string(struct linebuf *r, const char *key, const char *value);
/* The prefixes of report messages, and a message. */
void record_message(struct linebuf *r, const char *key, const char *fmt, va_list va);
void record_number(struct linebuf *r, const char *key, u64 value);
void record_addresses(struct linebuf *r, const char *key, const void *const *v, int n);
/* Seals the record with number and sum and sends it whole, from any CPU and any context. */
void record_send(struct linebuf *r);

#endif
