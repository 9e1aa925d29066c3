/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From witnesses to verdicts, without any side effect: the records (evidence.h), the way the VMM
 * ended (vmm.h), the plan of cases, what the test's entry expects. docs/protocol.md, "Verdicts",
 * is what it implements.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include "evidence.h"
#include "known.h"
#include "vmm.h"

struct judgement {
	enum verdict verdict;
	/* one line; NULL: nothing to say. May hold what a guest said: to be escaped */
	char *reason;
	const struct known_issue *known;	/* that turned it into xfail or xpass */
};

/* How it came out, and how it was meant to. */
struct outcome {
	const struct vmm_ending *ending;
	const char *vmm;		/* the driver's name, for messages */
	bool expects_panic;		/* the entry is in the group "panic" */
};

/* A case whose end record came. */
void judge_ended_case(const struct case_evidence *c, struct judgement *j);
/*
 * A case that did not end. last: the judgement of the case that was running when the image ended,
 * NULL if none was (or it is this one): what comes behind a known issue is a skip, behind
 * anything else an error.
 */
void judge_lost_case(const struct evidence *e, size_t i, const struct outcome *o,
		     const struct judgement *last, struct judgement *j);
/* The test, from everything: cases are the judgements of e->cases, known issues applied. */
void judge_test(const struct evidence *e, const struct outcome *o, const struct judgement *cases,
		struct judgement *j);
/*
 * A bad verdict that the entry foretells becomes xfail; a pass becomes xpass unless the entry is
 * flaky. issue may be NULL.
 */
void judge_known(struct judgement *j, const struct known_issue *issue);
void judgement_free(struct judgement *j);

#endif
