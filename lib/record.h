/* SPDX-License-Identifier: BSD-2-Clause */
/* Emits the records of docs/protocol.md. Not for tests: report.c and case.c use it. */
#ifndef RECORD_H
#define RECORD_H

#include "libcflat.h"

#define RECORD_MAX 4096		/* bytes of a line with its newline */

struct record {
	char buf[RECORD_MAX];
	size_t len;
	bool cut;		/* something did not fit: said in the record as "cut":true */
};

/* True if the runner handed over a token: records instead of human lines. */
bool record_enabled(void);
void record_set_token(const char *token);	/* aborts if it is not 16 hexadecimal digits */

void record_begin(struct record *r, const char *kind);
void record_string(struct record *r, const char *key, const char *value);
void record_number(struct record *r, const char *key, u64 value);
void record_addresses(struct record *r, const char *key, const void *const *v, int n);
/* Seals the record with number and sum and sends it whole, from any CPU and any context. */
void record_send(struct record *r);

#endif
