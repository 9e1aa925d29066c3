/* SPDX-License-Identifier: BSD-2-Clause */
/* The verdicts of docs/protocol.md and their order. */
#ifndef VERDICT_H
#define VERDICT_H

#include <stdbool.h>

enum verdict {		/* from best to worst */
	VERDICT_PASS,
	VERDICT_XFAIL,
	VERDICT_SKIP,
	VERDICT_XPASS,
	VERDICT_ERROR,
	VERDICT_TIMEOUT,
	VERDICT_CRASH,
	VERDICT_FAIL,
	VERDICTS,
};

const char *verdict_name(enum verdict v);			/* "pass", ... */
bool verdict_parse(const char *name, enum verdict *v);
bool verdict_is_bad(enum verdict v);				/* makes the run fail: xpass, error, timeout, crash, fail */
static inline enum verdict verdict_worst(enum verdict a, enum verdict b)
{
	return a > b ? a : b;
}

#endif
