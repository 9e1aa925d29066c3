/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The verdict of a test: every witness adds its findings, the worst one wins, and where two
 * witnesses differ the one that differs is named. Its cases' verdicts: judge_case.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ending.h"
#include "judge.h"

#define TEXTS_MAX	3	/* findings that a reason names */

/* Of a test; text NULL: nothing to say about it. */
struct finding {
	enum verdict verdict;
	char *text;
};

struct findings {
	struct finding *v;
	size_t n;
};

static void found(struct findings *f, enum verdict verdict, char *text)
{
	f->v = xrealloc(f->v, (f->n + 1) * sizeof(*f->v));
	f->v[f->n++] = (struct finding){ verdict, text };
}

/* ---- witnesses ---- */

/* Of an image that never spoke it goes without saying that its cases did not report. */
static void judge_cases(const struct evidence *e, const struct judgement *cases, struct findings *f)
{
	for (size_t i = 0; i < e->n_cases; i++) {
		const struct judgement *j = &cases[i];

		if (j->verdict == VERDICT_PASS || (!e->hello && !e->cases[i].begun))
			found(f, j->verdict, NULL);
		else if (j->reason)
			found(f, j->verdict, xasprintf("%s: %s", e->cases[i].name, j->reason));
		else
			found(f, j->verdict, xstrdup(e->cases[i].name));
	}
}

static void judge_outside(const struct checks *c, struct findings *f)
{
	for (unsigned int v = 0; v < VERDICTS; v++) {
		if (!c->counts[v])
			continue;
		if (c->first[v] && c->counts[v] > 1)
			found(f, v,
			      xasprintf("%s (and %llu more)", c->first[v],
					(unsigned long long)c->counts[v] - 1));
		else
			found(f, v, c->first[v] ? xstrdup(c->first[v]) : NULL);
	}
}

static void judge_stream(const struct evidence *e, struct findings *f)
{
	if (e->damage)
		found(f, VERDICT_ERROR, xasprintf("the record stream is damaged: %s", e->damage));
	/* Lost records make the others look contradictory; once is enough. */
	if (e->disorder && !e->damage)
		found(f, VERDICT_ERROR,
		      xasprintf("the records contradict each other: %s", e->disorder));
	if (e->abort && e->running == NO_CASE)
		found(f, VERDICT_ERROR, xasprintf("ABORT: %s", e->abort));
}

/* What the records alone say, before known issues; false: they hold no check at all. */
static bool records_worst(const struct evidence *e, enum verdict *worst)
{
	struct checks all = e->outside;

	for (size_t i = 0; i < e->n_cases; i++) {
		const struct case_evidence *c = &e->cases[i];

		/* The exit status of a machine speaks of the cases that ran in it. */
		if (c->begun && c->machine != e->machine)
			continue;
		if (c->ended)
			all.counts[c->said]++;
		for (unsigned int v = 0; v < VERDICTS; v++)
			if (v != VERDICT_SKIP)
				all.counts[v] += c->checks.counts[v];
	}
	return checks_worst(&all, worst);
}

/*
 * The meaning of an exit status (docs/protocol.md, "Exit status") against what the records say.
 * NULL: they agree.
 */
static char *compare_status(const struct evidence *e, int status)
{
	enum verdict worst;
	bool any = records_worst(e, &worst), bad = any && verdict_is_bad(worst);

	switch (status) {
	case 0:
		return bad ? xasprintf("exit status 0 says success, but the records say %s",
				       verdict_name(worst)) :
			     NULL;
	case 1:
		return bad ? NULL : xstrdup("exit status 1 says failure, but no record does");
	case 77:
		return any && worst != VERDICT_SKIP ?
			       xasprintf("exit status 77 says skipped, but the records say %s",
					 verdict_name(worst)) :
			       NULL;
	case 127:
		return e->abort ? NULL : xstrdup("exit status 127 says abort, but no record does");
	}
	return xasprintf("exit status %d means nothing", status);
}

/*
 * The guest ended by its own will: its status on the way that the VMM reports, in a record, and
 * in what was checked.
 */
static void judge_status(const struct evidence *e, const struct vmm_ending *ending,
			 struct findings *f)
{
	bool device = ending->end == END_EXIT_DEVICE;
	char *differs = NULL;

	if (!device && e->exit_status < 0)
		differs = xstrdup("the machine was powered off without an exit record");
	else if (device && e->exit_status < 0)
		differs = xasprintf("the guest ended with status %d, but no exit record came",
				    ending->status);
	else if (device && e->exit_status != ending->status)
		differs = xasprintf("the exit record says status %d, the exit device %d",
				    e->exit_status, ending->status);
	else
		differs = compare_status(e, e->exit_status);
	if (differs)
		found(f, VERDICT_ERROR, differs);
	if (e->abort && e->exit_status >= 0 && e->exit_status != 127)
		found(f, VERDICT_ERROR,
		      xasprintf("an abort record came, but the exit status is %d", e->exit_status));
	if (e->summary && !e->summary_unexpected && e->outside.counts[VERDICT_FAIL])
		found(f, VERDICT_ERROR,
		      xstrdup("the summary counts no failure, but a check failed"));
}

static enum verdict ending_verdict(enum vmm_end end)
{
	return ending_is_crash(end) ? VERDICT_CRASH :
	       end == END_TIMEOUT   ? VERDICT_TIMEOUT :
				      VERDICT_ERROR;
}

/* A case that was running when the image ended says it itself (judge_lost_case). */
static void judge_ending(const struct evidence *e, const struct outcome *o, struct findings *f)
{
	enum vmm_end end = o->ending->end;

	if (o->expects_panic) {
		char *text = ending_describe(o->ending, o->vmm);

		if (end != END_PANIC)
			found(f, VERDICT_FAIL, xasprintf("the guest was to panic, but: %s", text));
		else
			found(f, VERDICT_PASS, NULL);
		free(text);
		return;
	}
	if (end == END_EXIT_DEVICE || end == END_POWER_OFF) {
		if (e->hello)
			judge_status(e, o->ending, f);
	} else if (e->running == NO_CASE) {
		found(f, ending_verdict(end), ending_describe(o->ending, o->vmm));
	}
}

static void judge_silence(const struct evidence *e, const struct outcome *o, struct findings *f)
{
	enum vmm_end end = o->ending->end;
	enum verdict worst;

	if (end == END_BAD_START || end == END_NO_MIGRATION || end == END_NO_BINARY || end == END_KILLED ||
	    ending_is_crash(end))
		return;
	if (!e->hello && !e->abort) {
		char *text = ending_describe(o->ending, o->vmm);

		found(f, VERDICT_ERROR, xasprintf("no record came from the guest (%s)", text));
		free(text);
	} else if (!e->n_cases && !records_worst(e, &worst) && !e->abort) {
		found(f, VERDICT_ERROR, xstrdup("nothing was checked"));
	}
}

/* ---- the sum ---- */

static enum verdict worst_of(const struct findings *f)
{
	struct checks all = { { 0 }, { NULL } };
	enum verdict worst = VERDICT_ERROR;

	for (size_t i = 0; i < f->n; i++)
		all.counts[f->v[i].verdict]++;
	checks_worst(&all, &worst);
	return worst;
}

static size_t add_texts(struct strbuf *b, const struct findings *f, enum verdict verdict,
			const char *before, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++) {
		if (f->v[i].verdict != verdict || !f->v[i].text)
			continue;
		if (n++ < max)
			strbuf_addf(b, "%s%s", b->len ? before : "", f->v[i].text);
	}
	return n;
}

/*
 * The worst findings, and any witness that differs: it is an error even where the verdict is
 * worse than that.
 */
static char *reason_of(const struct findings *f, enum verdict worst)
{
	struct strbuf b = { 0 };
	size_t n = add_texts(&b, f, worst, "; ", TEXTS_MAX);

	if (n > TEXTS_MAX)
		strbuf_addf(&b, "; and %zu more", n - TEXTS_MAX);
	if (worst > VERDICT_ERROR)
		add_texts(&b, f, VERDICT_ERROR, "; besides: ", 1);
	return b.data;
}

void judge_test(const struct evidence *e, const struct outcome *o, const struct judgement *cases,
		struct judgement *j)
{
	struct findings f = { 0 };

	judge_stream(e, &f);
	judge_ending(e, o, &f);
	judge_silence(e, o, &f);
	judge_outside(&e->outside, &f);
	judge_cases(e, cases, &f);
	if (!f.n)
		found(&f, VERDICT_ERROR, xstrdup("nothing was checked"));
	*j = (struct judgement){ .verdict = worst_of(&f) };
	j->reason = j->verdict == VERDICT_PASS ? NULL : reason_of(&f, j->verdict);
	for (size_t i = 0; i < f.n; i++)
		free(f.v[i].text);
	free(f.v);
}

void judge_known(struct judgement *j, const struct known_issue *issue)
{
	if (!issue)
		return;
	if (known_expects(issue, verdict_name(j->verdict))) {
		j->verdict = VERDICT_XFAIL;
		j->known = issue;
	} else if (j->verdict == VERDICT_PASS && !issue->flaky) {
		j->verdict = VERDICT_XPASS;
		j->known = issue;
		free(j->reason);
		j->reason = xasprintf("a known issue did not show; its entry is stale: %s:%u",
				      issue->place.file, issue->place.line);
	}
}

void judgement_free(struct judgement *j)
{
	free(j->reason);
	*j = (struct judgement){ 0 };
}
