/* SPDX-License-Identifier: BSD-2-Clause */
/* What the records of one image say, collected: the first witness. Judging it is judge.c's. */
#ifndef EVIDENCE_H
#define EVIDENCE_H

#include "record.h"
#include "util.h"
#include "verdict.h"

/* Checks of one case, or of the image outside its cases. */
struct checks {
	uint64_t counts[VERDICTS];	/* kfail counts as xfail */
	/* of each verdict but pass: "name: reason" of the first one */
	char *first[VERDICTS];
};

struct case_evidence {
	char *name;
	bool planned, begun, ended;
	unsigned int machine;		/* in which of the test's machines it began: 0 for the first */
	struct checks checks;
	/* Of its end record: */
	enum verdict said;
	uint64_t said_checks, said_failed, ns;
	bool has_ns;
	char *reason;			/* NULL: none given */
};

#define NO_CASE		((size_t)-1)

struct evidence {
	bool hello;
	uint64_t hello_cases;
	/* the planned ones in their order, then others that reported */
	struct case_evidence *cases;
	size_t n_cases, n_planned;
	unsigned int machine;		/* the one that speaks now */
	size_t n_wanted;		/* cases that it is to run */
	size_t running;			/* index, or NO_CASE */
	struct checks outside;
	char *abort;			/* text of the first abort record */
	int exit_status;		/* of the exit record, -1: none */
	bool summary;
	uint64_t summary_unexpected;
	char *damage;			/* the first; NULL: none */
	size_t n_damages;
	/* the first record that contradicts those before it; NULL: none */
	char *disorder;
};

void evidence_open(struct evidence *e, const struct strvec *planned);
/* Takes a sound record. Returns the index of the case that it belongs to, or NO_CASE. */
size_t evidence_record(struct evidence *e, enum record_kind kind, const json_t *record);
/*
 * A fresh machine goes on with the planned cases that have not begun: what the last one said of itself (hello, abort,
 * exit, summary) is forgotten, what its cases said is kept.
 */
void evidence_go_on(struct evidence *e);
void evidence_damage(struct evidence *e, const char *what);
void evidence_close(struct evidence *e);

/* "kfail" is xfail here; true if it is a verdict that a guest may say. */
bool evidence_verdict(const char *name, enum verdict *verdict);
/*
 * The worst verdict of checks; skips count only where there is nothing else. false: there are no
 * checks at all.
 */
bool checks_worst(const struct checks *checks, enum verdict *worst);

#endif
