/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The verdict of one case: its checks, its end record, or the way the image ended in it or before
 * it.
 */
#include <stdlib.h>
#include "ending.h"
#include "judge.h"

/* What a case says of itself against what its checks said. NULL: they agree; otherwise an error. */
static char *contradiction(const struct case_evidence *c)
{
	enum verdict worst;

	if (!c->said_checks && c->said == VERDICT_PASS)
		return xstrdup("nothing was checked");
	if (c->said_failed && !verdict_is_bad(c->said))
		return xasprintf("its end record counts %llu failed checks, but says %s",
				 (unsigned long long)c->said_failed, verdict_name(c->said));
	if (checks_worst(&c->checks, &worst) && verdict_is_bad(worst) && !verdict_is_bad(c->said))
		return xasprintf("its end record says %s, but a check %s", verdict_name(c->said),
				 verdict_name(worst));
	return NULL;
}

/* The first check of the verdict, with how many more there are. */
static char *first_check(const struct case_evidence *c, enum verdict verdict)
{
	const struct checks *checks = &c->checks;

	if (!checks->first[verdict])
		return NULL;
	if (checks->counts[verdict] == 1)
		return xstrdup(checks->first[verdict]);
	return xasprintf("%s (and %llu more)", checks->first[verdict],
			 (unsigned long long)checks->counts[verdict] - 1);
}

void judge_ended_case(const struct case_evidence *c, struct judgement *j)
{
	char *differs = contradiction(c);
	enum verdict worst;

	*j = (struct judgement){ .verdict = c->said };
	if (checks_worst(&c->checks, &worst) && verdict_is_bad(worst))
		j->verdict = verdict_worst(j->verdict, worst);
	if (differs)
		j->verdict = verdict_worst(j->verdict, VERDICT_ERROR);
	if (j->verdict == VERDICT_PASS)
		return;
	if (c->reason)
		j->reason = xstrdup(c->reason);
	else
		j->reason = first_check(c, j->verdict);
	if (differs && j->reason) {
		char *both = xasprintf("%s; besides: %s", j->reason, differs);

		free(j->reason);
		free(differs);
		j->reason = both;
	} else if (differs) {
		j->reason = differs;
	}
}

/* The case in which the image ended. */
static void judge_running_case(const struct evidence *e, const struct case_evidence *c,
			       const struct outcome *o, struct judgement *j)
{
	enum vmm_end end = o->ending->end;
	char *text = ending_describe(o->ending, o->vmm), *failed;

	if (o->expects_panic && end == END_PANIC) {
		if (!checks_worst(&c->checks, &j->verdict))
			j->verdict = VERDICT_PASS;
		j->reason = j->verdict == VERDICT_PASS ? NULL : first_check(c, j->verdict);
		free(text);
		return;
	}
	j->verdict = ending_is_crash(end) ? VERDICT_CRASH :
		     end == END_TIMEOUT	  ? VERDICT_TIMEOUT :
					    VERDICT_ERROR;
	if (e->abort)
		j->reason = xasprintf("ABORT: %s", e->abort);
	else if (end == END_EXIT_DEVICE || end == END_POWER_OFF)
		j->reason = xasprintf("the case did not end: %s", text);
	else
		j->reason = xstrdup(text);
	failed = first_check(c, VERDICT_FAIL);
	if (failed) {
		char *both = xasprintf("%s; besides: %s", failed, j->reason);

		free(j->reason);
		j->reason = both;
		j->verdict = VERDICT_FAIL;
	}
	free(failed);
	free(text);
}

void judge_lost_case(const struct evidence *e, size_t i, const struct outcome *o,
		     const struct judgement *last, struct judgement *j)
{
	*j = (struct judgement){ .verdict = VERDICT_ERROR };
	if (i == e->running) {
		judge_running_case(e, &e->cases[i], o, j);
	} else if (e->cases[i].begun) {
		j->reason = xstrdup("it began, but no end record came");
	} else if (last && last->known) {
		j->verdict = VERDICT_SKIP;
		j->reason = xasprintf("never reached: the image ended in case %s, a known issue",
				      e->cases[e->running].name);
	} else if (last) {
		j->reason = xasprintf("never reported: the image ended in case %s",
				      e->cases[e->running].name);
	} else {
		j->reason = xstrdup("never reported");
	}
}
