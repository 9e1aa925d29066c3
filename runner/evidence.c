/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Collects what the records say, and notices where they contradict each other (docs/protocol.md,
 * the table of kinds).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "evidence.h"

void evidence_open(struct evidence *e, const struct strvec *planned)
{
	*e = (struct evidence){ .running = NO_CASE, .exit_status = -1 };
	e->n_cases = e->n_planned = e->n_wanted = planned->n;
	e->cases = xcalloc(planned->n, sizeof(*e->cases));
	for (size_t i = 0; i < planned->n; i++) {
		e->cases[i].name = xstrdup(planned->v[i]);
		e->cases[i].planned = true;
	}
}

void evidence_go_on(struct evidence *e)
{
	e->hello = e->summary = false;
	e->running = NO_CASE;
	e->exit_status = -1;
	free(e->abort);
	e->abort = NULL;
	e->machine++;
	e->n_wanted = 0;
	for (size_t i = 0; i < e->n_planned; i++)
		e->n_wanted += !e->cases[i].begun;
}

static void checks_close(struct checks *c)
{
	for (size_t v = 0; v < VERDICTS; v++)
		free(c->first[v]);
}

void evidence_close(struct evidence *e)
{
	for (size_t i = 0; i < e->n_cases; i++) {
		checks_close(&e->cases[i].checks);
		free(e->cases[i].name);
		free(e->cases[i].reason);
	}
	checks_close(&e->outside);
	free(e->cases);
	free(e->abort);
	free(e->damage);
	free(e->disorder);
}

bool evidence_verdict(const char *name, enum verdict *verdict)
{
	if (strcmp(name, "kfail") == 0)
		name = "xfail";
	return verdict_parse(name, verdict) && *verdict != VERDICT_CRASH &&
	       *verdict != VERDICT_TIMEOUT;
}

bool checks_worst(const struct checks *c, enum verdict *worst)
{
	bool any = false;

	for (unsigned int v = 0; v < VERDICTS; v++) {
		if (!c->counts[v] || (v == VERDICT_SKIP && any))
			continue;
		*worst = v;
		any = true;
	}
	return any;
}

static void disorder(struct evidence *e, const char *format, ...) PRINTF(2, 3);
static void disorder(struct evidence *e, const char *format, ...)
{
	va_list args;
	char text[256];

	if (e->disorder)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	e->disorder = xstrdup(text);
}

void evidence_damage(struct evidence *e, const char *what)
{
	if (!e->n_damages++)
		e->damage = xstrdup(what);
}

static const char *text_of(const json_t *record, const char *member)
{
	return json_string_value(json_object_get(record, member));
}

static uint64_t count_of(const json_t *record, const char *member)
{
	return (uint64_t)json_integer_value(json_object_get(record, member));
}

static size_t find_case(const struct evidence *e, const char *name)
{
	/* Cases report in their order, so the one that is looked for is the next one. */
	size_t start = e->running == NO_CASE ? 0 : e->running;

	for (size_t i = 0; i < e->n_cases; i++)
		if (strcmp(e->cases[(start + i) % e->n_cases].name, name) == 0)
			return (start + i) % e->n_cases;
	return NO_CASE;
}

static size_t add_case(struct evidence *e, const char *name)
{
	e->cases = xrealloc(e->cases, (e->n_cases + 1) * sizeof(*e->cases));
	e->cases[e->n_cases] = (struct case_evidence){ .name = xstrdup(name) };
	return e->n_cases++;
}

static size_t on_hello(struct evidence *e, const json_t *record)
{
	if (e->hello)
		disorder(e, "a second hello record came");
	e->hello = true;
	e->hello_cases = count_of(record, "cases");
	if (e->hello_cases != e->n_wanted)
		disorder(e, "the guest was to run %zu cases, but says %llu", e->n_wanted,
			 (unsigned long long)e->hello_cases);
	return NO_CASE;
}

/* Unplanned cases are kept, but a liar cannot make us keep any number of them. */
static size_t on_begin(struct evidence *e, const json_t *record)
{
	const char *name = text_of(record, "case");
	size_t i = find_case(e, name);

	if (e->running != NO_CASE)
		disorder(e, "case %s began before %s ended", name, e->cases[e->running].name);
	if (i == NO_CASE) {
		disorder(e, "case %s was not planned", name);
		if (e->n_cases > e->n_planned + 100)
			return NO_CASE;
		i = add_case(e, name);
	}
	if (e->cases[i].begun) {
		disorder(e, "case %s began twice", name);
		return NO_CASE;
	}
	e->cases[i].begun = true;
	e->cases[i].machine = e->machine;
	e->running = i;
	return i;
}

static size_t on_check(struct evidence *e, const json_t *record)
{
	struct checks *c = e->running == NO_CASE ? &e->outside : &e->cases[e->running].checks;
	const char *said = text_of(record, "v"), *name = text_of(record, "name"),
		   *reason = text_of(record, "reason");
	enum verdict v;

	if (!evidence_verdict(said, &v)) {
		disorder(e, "check \"%s\" has the unknown verdict \"%s\"", name, said);
		v = VERDICT_ERROR;
	}
	c->counts[v]++;
	if (v != VERDICT_PASS && !c->first[v])
		c->first[v] = reason && *reason ? xasprintf("%s: %s", name, reason) : xstrdup(name);
	return e->running;
}

static size_t on_end(struct evidence *e, const json_t *record)
{
	const char *name = text_of(record, "case"), *said = text_of(record, "v"),
		   *reason = text_of(record, "reason");
	size_t i = e->running;
	struct case_evidence *c;

	if (i == NO_CASE || strcmp(e->cases[i].name, name) != 0) {
		disorder(e, "case %s ended, but %s was running", name,
			 i == NO_CASE ? "none" : e->cases[i].name);
		return NO_CASE;
	}
	c = &e->cases[i];
	if (!evidence_verdict(said, &c->said)) {
		disorder(e, "case %s has the unknown verdict \"%s\"", name, said);
		c->said = VERDICT_ERROR;
	}
	c->ended = true;
	c->said_checks = count_of(record, "checks");
	c->said_failed = count_of(record, "failed");
	c->has_ns = json_object_get(record, "ns") != NULL;
	c->ns = count_of(record, "ns");
	c->reason = reason && *reason ? xstrdup(reason) : NULL;
	e->running = NO_CASE;
	return i;
}

static size_t on_abort(struct evidence *e, const json_t *record)
{
	if (!e->abort)
		e->abort = xstrdup(text_of(record, "text"));
	return e->running;
}

static size_t on_summary(struct evidence *e, const json_t *record)
{
	e->summary = true;
	e->summary_unexpected = count_of(record, "unexpected");
	return e->running;
}

static size_t on_exit(struct evidence *e, const json_t *record)
{
	e->exit_status = (int)(count_of(record, "status") & 0x7fffffff);
	return e->running;
}

static size_t on_other(struct evidence *e, const json_t *record)
{
	(void)record;
	return e->running;
}

size_t evidence_record(struct evidence *e, enum record_kind kind, const json_t *record)
{
	static size_t (*const takers[RECORD_KINDS])(struct evidence *e, const json_t *record) = {
		[RECORD_HELLO] = on_hello, [RECORD_BEGIN] = on_begin, [RECORD_CHECK] = on_check,
		[RECORD_INFO] = on_other, [RECORD_METRIC] = on_other, [RECORD_TRACE] = on_other,
		[RECORD_END] = on_end, [RECORD_ABORT] = on_abort, [RECORD_SUMMARY] = on_summary,
		[RECORD_EXIT] = on_exit, [RECORD_MIGRATE] = on_other,
	};

	/* An abort may well come before hello: whatever goes wrong early must be said. */
	if (!e->hello && kind != RECORD_HELLO && kind != RECORD_ABORT && kind != RECORD_EXIT)
		disorder(e, "the first record is not hello");
	if (e->exit_status >= 0)
		disorder(e, "a record came after the exit record");
	return takers[kind](e, record);
}
