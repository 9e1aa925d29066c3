/* SPDX-License-Identifier: BSD-2-Clause */
/* What report.c offers to the rest of the library; tests use "libcflat.h". */
#ifndef REPORT_H
#define REPORT_H

#include "libcflat.h"
#include "linebuf.h"

/* The counts of an image, or of the case that runs. */
struct tally {
	unsigned int tests;		/* all of those below, and the passes */
	unsigned int unexpected;	/* FAIL, XPASS, errors */
	unsigned int known;		/* KFAIL */
	unsigned int expected;		/* XFAIL */
	unsigned int skipped;
};

enum verdict { V_PASS, V_FAIL, V_SKIP, V_XFAIL, V_XPASS, V_KFAIL, V_ERROR };

/* The verdict as records say it. */
const char *verdict_word(enum verdict verdict);
void tally_count(struct tally *tally, enum verdict verdict);

/* Makes what is reported from now on count in tally; returns the one before. */
struct tally *report_tally(struct tally *tally);
/* Counts in the current tally. */
void report_count(enum verdict verdict);

/* Writes a human line: "WORD: ", the prefixes, text. Does nothing with a token. */
void report_human(enum verdict verdict, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The counts of the current tally. */
struct tally report_counts(void);

#endif
