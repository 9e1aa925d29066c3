/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of evidence.c and judge*.c: a table of what the witnesses say, and the verdict that must
 * come of it.
 */
#include <jansson.h>
#include "check.h"
#include "judge.h"
#include "util.h"

/*
 * Records, "; " between them: hello N, begin CASE, CHECK-VERDICT NAME, end CASE VERDICT CHECKS
 * FAILED, abort TEXT, summary N, exit N; machine: a fresh machine goes on.
 */
struct row {
	const char *planned, *records;
	enum vmm_end end;
	int status;
	const char *verdict, *reason;	/* reason: a part of it; NULL: there is none */
	const char *cases;			/* "one:pass two:error" */
	const char *known;			/* known-issues.cfg */
	bool panic;
};

#define OK_CASES "hello 2; begin one; end one pass 1 0; begin two; end two pass 2 0"
#define EXIT(n) END_EXIT_DEVICE, n
#define KNOWN(test, more) "[k]\ntests = " test "\nreason = r\n" more

static const struct row rows[] = {
	/* All witnesses agree. */
	{ "", "hello 0; pass a; summary 0; exit 0", EXIT(0), "pass", NULL, "", NULL, 0 },
	{ "", "hello 0; pass a; exit 0", END_POWER_OFF, 0, "pass", NULL, "", NULL, 0 },
	{ "one two", OK_CASES "; exit 0", EXIT(0), "pass", NULL, "one:pass two:pass", NULL, 0 },
	{ "", "hello 0; pass a; fail b; fail c; exit 1", EXIT(1), "fail", "b (and 1 more)", "",
	  NULL, 0 },
	{ "", "hello 0; xfail a; exit 0", EXIT(0), "xfail", "a", "", NULL, 0 },
	{ "", "hello 0; kfail a; pass b; exit 0", EXIT(0), "xfail", "a", "", NULL, 0 },
	{ "", "hello 0; pass b; xpass a; exit 1", EXIT(1), "xpass", "a", "", NULL, 0 },
	{ "", "hello 0; skip a; exit 77", EXIT(77), "skip", "a", "", NULL, 0 },
	{ "", "hello 0; skip a; pass b; exit 0", EXIT(0), "pass", NULL, "", NULL, 0 },
	{ "", "hello 0; pass a; abort bad luck; exit 127", EXIT(127), "error", "ABORT: bad luck",
	  "", NULL, 0 },
	{ "one two",
	  "hello 2; begin one; end one skip 0 0 no%svm; begin two; end two pass 1 0; exit 0",
	  EXIT(0), "pass", NULL, "one:skip two:pass", NULL, 0 },
	{ "one", "hello 1; begin one; end one skip 0 0 no_svm; exit 77", EXIT(77), "skip",
	  "one: no_svm", "one:skip", NULL, 0 },
	{ "one two",
	  "hello 2; begin one; fail x; end one fail 3 1; begin two; end two pass 1 0; exit 1",
	  EXIT(1), "fail", "one: x", "one:fail two:pass", NULL, 0 },

	/* One witness differs, and is named. */
	{ "", "hello 0; pass a; exit 0", EXIT(1), "error",
	  "exit record says status 0, the exit device 1", "", NULL, 0 },
	{ "", "hello 0; pass a; exit 1", EXIT(1), "error", "exit status 1 says failure", "", NULL,
	  0 },
	{ "", "hello 0; pass a; exit 77", EXIT(77), "error", "status 77 says skipped", "", NULL,
	  0 },
	{ "", "hello 0; pass a; exit 127", EXIT(127), "error", "127 says abort", "", NULL, 0 },
	{ "", "hello 0; pass a; exit 5", EXIT(5), "error", "5 means nothing", "", NULL, 0 },
	{ "", "hello 0; pass a; abort x; exit 0", EXIT(0), "error", "ABORT: x", "", NULL, 0 },
	{ "", "hello 0; fail a; exit 0", EXIT(0), "fail",
	  "a; besides: exit status 0 says success", "", NULL, 0 },
	{ "", "hello 0; fail a; summary 0; exit 1", EXIT(1), "fail",
	  "besides: the summary counts no failure", "", NULL, 0 },
	{ "", "hello 0; pass a", EXIT(0), "error", "no exit record came", "", NULL, 0 },
	{ "", "hello 0; pass a", END_POWER_OFF, 0, "error", "without an exit record", "", NULL,
	  0 },
	{ "", "hello 1; pass a; exit 0", EXIT(0), "error", "was to run 0 cases, but says 1", "",
	  NULL, 0 },
	{ "", "pass a; exit 0", EXIT(0), "error", "first record is not hello", "", NULL, 0 },
	{ "", "hello 0; pass a; exit 0; pass b", EXIT(0), "error", "after the exit record", "",
	  NULL, 0 },
	{ "", "hello 0; pass a; hello 0; exit 0", EXIT(0), "error", "second hello", "", NULL, 0 },
	{ "", "hello 0; pass a; sure b; exit 0", EXIT(0), "error", "unknown verdict \"sure\"", "",
	  NULL, 0 },
	{ "", "hello 0; timeout a; exit 0", EXIT(0), "error", "unknown verdict \"timeout\"", "",
	  NULL, 0 },
	{ "", "hello 0; pass a; damage; exit 0", EXIT(0), "error", "damaged: it", "", NULL, 0 },
	{ "one", "hello 1; begin one; fail x; end one pass 1 0; exit 0", EXIT(0), "fail",
	  "says pass, but a check fail", "one:fail", NULL, 0 },
	{ "one", "hello 1; begin one; end one pass 2 1; exit 0", EXIT(0), "error",
	  "counts 1 failed checks, but says pass", "one:error", NULL, 0 },
	{ "one", "hello 1; begin one; pass a; end other pass 1 0; exit 0", EXIT(0), "error",
	  "case other ended, but one was running", "one:error", NULL, 0 },
	{ "one two", OK_CASES "; begin three; end three pass 1 0; exit 0", EXIT(0), "error",
	  "three was not planned", "one:pass two:pass three:pass", NULL, 0 },
	{ "one two", OK_CASES "; begin one; end one fail 1 1; exit 0", EXIT(0), "error",
	  "case one began twice", "one:pass two:pass", NULL, 0 },
	{ "one two", "hello 2; begin one; begin two; end two pass 1 0; exit 0", EXIT(0), "error",
	  "two began before one ended", "one:error two:pass", NULL, 0 },

	/* A second machine is judged by its own words, and its cases join the first one's. */
	{ "one two three",
	  "hello 3; begin one; fail x; end one fail 1 1; begin two; machine; hello 1; begin three; "
	  "end three pass 1 0; exit 0",
	  EXIT(0), "fail", "one: x; besides: two: it began", "one:fail two:error three:pass", NULL,
	  0 },
	{ "one two",
	  "hello 2; begin one; machine; hello 2; begin two; end two pass 1 0; exit 0", EXIT(0),
	  "error", "was to run 1 cases, but says 2", "one:error two:pass", NULL, 0 },
	{ "one two", "hello 2; begin one; machine; begin two; end two pass 1 0; exit 0", EXIT(0),
	  "error", "first record is not hello", "one:error two:pass", NULL, 0 },

	/* Nothing, or not all. */
	{ "", "", EXIT(0), "error", "no record came", "", NULL, 0 },
	{ "", "", END_TIMEOUT, 0, "timeout", "no end", "", NULL, 0 },
	{ "", "hello 0; exit 0", EXIT(0), "error", "nothing was checked", "", NULL, 0 },
	{ "", "hello 0; exit 1", EXIT(1), "error", "no record does; nothing was checked", "",
	  NULL, 0 },
	{ "", "hello 0; exit 77", EXIT(77), "error", "nothing was checked", "", NULL, 0 },
	{ "one", "hello 1; begin one; end one pass 0 0; exit 0", EXIT(0), "error",
	  "one: nothing was checked", "one:error", NULL, 0 },
	{ "one two", "hello 2; begin one; end one pass 1 0; exit 0", EXIT(0), "error",
	  "two: never reported", "one:pass two:error", NULL, 0 },
	{ "one two", "hello 2; begin one; pass a; exit 0", EXIT(0), "error",
	  "two: never reported: the image ended in case one", "one:error two:error", NULL, 0 },
	{ "one", "hello 1; begin one; pass a; abort oh; exit 127", EXIT(127), "error",
	  "one: ABORT: oh", "one:error", NULL, 0 },

	{ "one two", "", EXIT(0), "error",
	  "no record came from the guest (the guest ended with status 0)", "one:error two:error",
	  NULL, 0 },
	{ "one", "", END_BAD_START, 1, "error", "qemu could not start", "one:error", NULL, 0 },

	/* The machine died. */
	{ "one two", "hello 2; begin one; pass a", END_RESET, 0, "crash",
	  "one: the machine was reset", "one:crash two:error", NULL, 0 },
	{ "one", "hello 1; begin one; end one pass 1 0", END_RESET, 0, "crash",
	  "the machine was reset", "one:pass", NULL, 0 },
	{ "one", "hello 1; begin one; fail a", END_RESET, 0, "fail",
	  "one: a; besides: the machine was reset", "one:fail", NULL, 0 },
	{ "", "hello 0; pass a", END_SIGNAL, 11, "crash", "qemu was killed by SIGSEGV", "", NULL,
	  0 },
	{ "", "hello 0; pass a", END_INTERNAL_ERROR, 0, "crash",
	  "internal error; at 0xd0000000 in hole (x.c:3), bytes 0f 0b", "", NULL, 0 },
	{ "", "hello 0; pass a", END_PANIC, 0, "crash", "panicked", "", NULL, 0 },
	{ "one", "hello 1; begin one; pass a", END_TIMEOUT, 0, "timeout",
	  "one: no end after 2.5 s", "one:timeout", NULL, 0 },
	{ "", "hello 0; pass a", END_FLOOD, 0, "error", "flooded the console", "", NULL, 0 },
	{ "", "", END_BAD_START, 1, "error", "qemu could not start", "", NULL, 0 },
	{ "", "hello 0; pass a", END_STATUS, 2, "error", "ended by itself with status 2", "",
	  NULL, 0 },
	{ "", "hello 0; pass a", END_KILLED, 0, "error", "interrupted", "", NULL, 0 },
	{ "", "hello 0; pass a; exit 0", END_RESET, 0, "crash", "reset", "", NULL, 0 },

	/* A panic that is meant. */
	{ "", "hello 0", END_PANIC, 0, "pass", NULL, "", NULL, 1 },
	{ "", "hello 0; fail a", END_PANIC, 0, "fail", "a", "", NULL, 1 },
	{ "", "hello 0; pass a; exit 0", EXIT(0), "fail", "was to panic", "", NULL, 1 },
	{ "", "hello 0", END_RESET, 0, "fail", "was to panic", "", NULL, 1 },
	{ "one", "hello 1; begin one; pass a", END_PANIC, 0, "pass", NULL, "one:pass", NULL, 1 },

	/* Known issues. */
	{ "", "hello 0; fail a; exit 1", EXIT(1), "xfail", "a", "", KNOWN("t", ""), 0 },
	{ "", "hello 0; fail a; exit 1", EXIT(1), "fail", "a", "", KNOWN("other", ""), 0 },
	{ "", "hello 0; pass a; exit 0", EXIT(0), "xpass", "stale", "", KNOWN("t", ""), 0 },
	{ "", "hello 0; pass a; exit 0", EXIT(0), "pass", NULL, "", KNOWN("t", "flaky = yes\n"),
	  0 },
	{ "", "hello 0; skip a; exit 77", EXIT(77), "skip", "a", "", KNOWN("t", ""), 0 },
	{ "", "hello 0; pass a", END_TIMEOUT, 0, "timeout", "no end", "", KNOWN("t", ""), 0 },
	{ "", "hello 0; pass a", END_TIMEOUT, 0, "xfail", "no end", "",
	  KNOWN("t", "verdicts = timeout\n"), 0 },
	{ "one two",
	  "hello 2; begin one; fail x; end one fail 3 1; begin two; end two pass 1 0; exit 1",
	  EXIT(1), "xfail", "one: x", "one:xfail two:pass", KNOWN("t/one", ""), 0 },
	{ "one two",
	  "hello 2; begin one; fail x; end one fail 3 1; begin two; end two pass 1 0; exit 1",
	  EXIT(1), "fail", "one: x", "one:fail two:xpass", KNOWN("t/two", ""), 0 },
	{ "one two", "hello 2; begin one; pass a", END_RESET, 0, "xfail", "one: the machine",
	  "one:xfail two:skip", KNOWN("t/one", ""), 0 },
};

static json_t *record_of(const char *text, enum record_kind *kind)
{
	char word[4][64] = { "", "", "", "" }, rest[64] = "";
	int n = 0;

	sscanf(text, "%63s %63s %63s %63s %n%63s", word[0], word[1], word[2], word[3], &n, rest);
	if (strcmp(word[0], "hello") == 0)
		return *kind = RECORD_HELLO,
		       json_pack("{s:s, s:i}", "image", "x", "cases", atoi(word[1]));
	if (strcmp(word[0], "begin") == 0)
		return *kind = RECORD_BEGIN, json_pack("{s:s}", "case", word[1]);
	if (strcmp(word[0], "end") == 0) {
		char reason[64] = "";
		int failed = 0;

		sscanf(text, "%*s %*s %*s %*s %d %63s", &failed, reason);
		return *kind = RECORD_END,
		       json_pack("{s:s, s:s, s:i, s:i, s:s}", "case", word[1], "v", word[2],
				 "checks", atoi(word[3]), "failed", failed, "reason", reason);
	}
	if (strcmp(word[0], "abort") == 0)
		return *kind = RECORD_ABORT, json_pack("{s:s}", "text", strchr(text, ' ') + 1);
	if (strcmp(word[0], "summary") == 0)
		return *kind = RECORD_SUMMARY, json_pack("{s:i}", "unexpected", atoi(word[1]));
	if (strcmp(word[0], "exit") == 0)
		return *kind = RECORD_EXIT, json_pack("{s:i}", "status", atoi(word[1]));
	return *kind = RECORD_CHECK, json_pack("{s:s, s:s}", "v", word[0], "name", word[1]);
}

static void feed(struct evidence *e, const char *records)
{
	char *copy = xstrdup(records), *next = copy;

	while (next && *next) {
		char *text = next, *end = strstr(next, "; ");
		enum record_kind kind;
		json_t *record;

		next = end ? end + 2 : NULL;
		if (end)
			*end = '\0';
		if (strcmp(text, "damage") == 0) {
			evidence_damage(e, "it");
			continue;
		}
		if (strcmp(text, "machine") == 0) {
			evidence_go_on(e);
			continue;
		}
		record = record_of(text, &kind);
		evidence_record(e, kind, record);
		json_decref(record);
	}
	free(copy);
}

/* As trial.c does it. */
static void judge_all(const struct row *row, struct evidence *e, struct judgement *cases,
		      struct judgement *test)
{
	static const struct circumstances here = { "x86_64", "qemu", "7.2.22", "tcg", NULL, "pc", NULL };
	struct vcpu_state vcpu = { .ip = 0xd0000000,
				   .code = (char *)"0f 0b",
				   .symbol = (char *)"hole (x.c:3)" };
	struct vmm_ending ending = { .end = row->end, .status = row->status, .after_ms = 2500 };
	struct outcome o = { &ending, "qemu", row->panic };
	struct known_issues known = { 0 };
	size_t running = e->running;
	char *error = NULL;

	if (row->end == END_INTERNAL_ERROR)
		ending.vcpus = &vcpu, ending.n_vcpus = 1;
	if (row->known)
		CHECK(known_parse(&known, "known", row->known, strlen(row->known), &error));
	CHECK_STRING(error, NULL);
	if (running != NO_CASE) {
		judge_lost_case(e, running, &o, NULL, &cases[running]);
		judge_known(&cases[running],
			    known_find(&known, &here, "t", e->cases[running].name));
	}
	for (size_t i = 0; i < e->n_cases; i++) {
		if (i == running)
			continue;
		if (e->cases[i].ended)
			judge_ended_case(&e->cases[i], &cases[i]);
		else
			judge_lost_case(e, i, &o, running == NO_CASE ? NULL : &cases[running],
					&cases[i]);
		judge_known(&cases[i], known_find(&known, &here, "t", e->cases[i].name));
	}
	judge_test(e, &o, cases, test);
	judge_known(test, known_find(&known, &here, "t", NULL));
	/* What points into the entries is not used any more. */
	known_free(&known);
}

static void check_row(const struct row *row)
{
	struct judgement cases[16] = { { 0 } }, test;
	struct strvec planned = { 0 };
	struct strbuf got = { 0 };
	struct evidence e;
	char *names = xstrdup(row->planned);

	for (char *name = strtok(names, " "); name; name = strtok(NULL, " "))
		strvec_push(&planned, name);
	evidence_open(&e, &planned);
	feed(&e, row->records);
	judge_all(row, &e, cases, &test);
	CHECK_STRING(verdict_name(test.verdict), row->verdict);
	if (row->reason)
		CHECK_HAS(test.reason, row->reason);
	else
		CHECK_STRING(test.reason, NULL);
	for (size_t i = 0; i < e.n_cases; i++)
		strbuf_addf(&got, "%s%s:%s", i ? " " : "", e.cases[i].name,
			    verdict_name(cases[i].verdict));
	CHECK_STRING(got.data ? got.data : "", row->cases);
	for (size_t i = 0; i < e.n_cases; i++)
		judgement_free(&cases[i]);
	judgement_free(&test);
	evidence_close(&e);
	strvec_free(&planned);
	strbuf_free(&got);
	free(names);
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *name = xasprintf("judge: %s[%s] %s", rows[i].panic ? "panic " : "",
				       rows[i].planned, rows[i].records);

		check_name = name;
		check_ok = true;
		check_row(&rows[i]);
		if (check_ok)
			printf("ok %s, end %d\n", name, (int)rows[i].end);
		free(name);
	}
	return check_status();
}
