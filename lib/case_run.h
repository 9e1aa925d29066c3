/* SPDX-License-Identifier: BSD-2-Clause */
/* The case that runs: shared by cases.c, which runs it, and case_check.c, which it calls. */
#ifndef CASE_RUN_H
#define CASE_RUN_H

#include "case.h"
#include "report.h"
#include "setjmp.h"

struct case_run {
	bool active;		/* a case (or case_setup()) runs, and may be ended */
	int cpu;		/* by which CPU */
	jmp_buf end;
	unsigned long turn;	/* checks until one is turned round; 0: none is */
	struct tally tally;
	u32 has_reason;		/* whoever sets it writes the reason; a word: not every CPU exchanges bytes */
	char reason[512];	/* why the case does not pass: the first failure, or the skip */
};

extern struct case_run case_run;

/* Notes why the case does not pass, unless that is known already. */
void case_reason(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
