/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of an event in words, for formatters that people read. All text is as in the stream: escape it where it goes. */
#ifndef DESCRIBE_H
#define DESCRIBE_H

#include <jansson.h>
#include "util.h"
#include "verdict.h"

/* A member that is a string; "" if there is none. */
const char *member_text(const json_t *object, const char *name);
/* The member "verdict"; VERDICT_ERROR if there is none. */
enum verdict member_verdict(const json_t *event);
/* Sum of an object of counts; one count of it. 0 if there is none. */
size_t counts_sum(const json_t *counts);
size_t counts_of(const json_t *counts, enum verdict verdict);

/* "PASS", ...; "passed", ..., as in "3 passed". */
const char *verdict_word(enum verdict verdict);
const char *verdict_participle(enum verdict verdict);

/* "file.c:12", "file.c", or nothing. Returns whether something was added. */
bool describe_place(struct strbuf *b, const json_t *object);
/* "file.c:12: name: reason" of a check; without its place: "name: reason". */
void describe_check(struct strbuf *b, const json_t *check, bool with_place);
/* "function (file.c:12)", or "0x1234" of a frame that nothing is known about. */
void describe_frame(struct strbuf *b, const json_t *frame);
/* "reason (known-issues.cfg:3, link)". */
void describe_issue(struct strbuf *b, const json_t *issue);
/* "41 checks, 12 cases, 2 skipped, 1 failed" of an event test-end; nothing if nothing was checked. */
void describe_counts(struct strbuf *b, const json_t *test_end);
/* "9 tests: no compiler" of an event arch-skip. */
void describe_arch_skip(struct strbuf *b, const json_t *event);
/* "0.31 s", "2 min 05 s". */
void describe_duration(struct strbuf *b, json_int_t ms);

static inline const char *strbuf_text(const struct strbuf *b)
{
	return b->data ? b->data : "";
}

#endif
