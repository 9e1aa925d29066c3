/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs the cases of an image: case.h. Not here: what a case calls while it runs (case_check.c). */
#include "arch-hooks.h"
#include "case_run.h"
#include "cases.h"
#include "glob.h"
#include "on-cpus.h"
#include "prefix.h"
#include "record.h"

/* The linker script's; an image without cases may have neither. */
extern const struct test_case __vmunit_cases_start[] __attribute__((weak));
extern const struct test_case __vmunit_cases_end[] __attribute__((weak));

struct case_run case_run;
static const char *selection;
static const struct test_case *first;		/* of those that may be selected */

static bool selected(const struct test_case *c)
{
	return !selection || glob_list(c->name, selection);
}

/* The next selected case from c on, or NULL. Addresses, since C does not compare pointers into two arrays. */
static const struct test_case *find(const struct test_case *c)
{
	for (; (uintptr_t)c < (uintptr_t)__vmunit_cases_end; c++)
		if (selected(c))
			return c;
	return NULL;
}

unsigned int cases_select(const char *globs, const char *from)
{
	unsigned int n = 0;

	selection = globs;
	first = find(__vmunit_cases_start);
	while (from && first && strcmp(first->name, from))
		first = find(first + 1);
	for (const struct test_case *c = first; c; c = find(c + 1))
		n++;
	return n;
}

__attribute__((weak)) void case_setup(void)
{
}

static void (*at_end[8])(void);

void case_at_end(void (*function)(void))
{
	size_t i = 0;

	while (i < ARRAY_SIZE(at_end) && at_end[i] && at_end[i] != function)
		i++;
	assert(i < ARRAY_SIZE(at_end));
	at_end[i] = function;
}

/* Calls function so that case_end() on this CPU comes back here, and puts back what it may have left. */
static void call(void (*function)(void))
{
	struct case_run *run = &case_run;
	unsigned long irq_state = arch_irq_save();
	int depth = prefix_depth();

	arch_irq_restore(irq_state);
	run->cpu = arch_cpu_id();
	__atomic_store_n(&run->active, true, __ATOMIC_RELEASE);
	if (!setjmp(run->end))
		function();
	else
		linebuf_recover();
	__atomic_store_n(&run->active, false, __ATOMIC_RELEASE);
	for (size_t i = 0; i < ARRAY_SIZE(at_end) && at_end[i]; i++)
		at_end[i]();
	arch_case_end();
	on_cpus_recall();
	arch_irq_restore(irq_state);
	prefix_restore(depth);
}

/* The worst of what was seen: pass < xfail < skip < error < fail. */
static enum verdict worst(const struct case_run *run)
{
	const struct tally *t = &run->tally;

	if (t->unexpected)
		return V_FAIL;
	if (!t->tests)
		return V_ERROR;
	if (t->skipped)
		return V_SKIP;
	return t->known || t->expected ? V_XFAIL : V_PASS;
}

static void say_begin(const char *name)
{
	struct linebuf *r;

	if (!record_enabled()) {
		report_prefix_push(name);
		return;
	}
	r = record_begin("begin");
	record_string(r, "case", name);
	record_send(r);
}

static void say_end(const char *name, enum verdict verdict, u64 ns)
{
	struct case_run *run = &case_run;
	const char *reason = verdict == V_PASS || !run->reason[0] ? NULL : run->reason;
	struct linebuf *r;

	if (!record_enabled()) {
		report_prefix_pop();
		report_human(verdict, reason ? "%s: %s" : "%s", name, reason);
		return;
	}
	r = record_begin("end");
	record_string(r, "case", name);
	record_string(r, "v", verdict_word(verdict));
	record_number(r, "checks", run->tally.tests);
	record_number(r, "failed", run->tally.unexpected);
	if (arch_time_ns())
		record_number(r, "ns", ns);
	if (reason)
		record_string(r, "reason", reason);
	record_send(r);
}

static void start_counting(void)
{
	const char *turn = getenv("VMUNIT_TURN");

	case_run.turn = turn ? strtoul(turn, NULL, 10) : 0;
	memset(&case_run.tally, 0, sizeof(case_run.tally));
	case_run.reason[0] = '\0';
	__atomic_store_n(&case_run.has_reason, false, __ATOMIC_RELEASE);
}

/* function: the case's own, or NULL if case_setup() left only its verdict to be repeated. */
static void run_case(const struct test_case *c, void (*function)(void))
{
	struct tally *image;
	u64 start;
	enum verdict verdict;

	if (function)
		start_counting();
	image = report_tally(&case_run.tally);
	say_begin(c->name);
	start = arch_time_ns();
	if (function)
		call(function);
	start = arch_time_ns() - start;
	report_tally(image);
	verdict = worst(&case_run);
	if (verdict == V_ERROR)
		case_reason("nothing was checked");
	say_end(c->name, verdict, start);
	tally_count(image, verdict);
}

int run_cases(void)
{
	struct tally *image;
	bool usable;

	start_counting();
	image = report_tally(&case_run.tally);
	call(case_setup);
	report_tally(image);
	usable = !case_run.tally.unexpected && !case_run.tally.skipped;
	for (const struct test_case *c = first; c; c = find(c + 1))
		run_case(c, usable ? c->function : NULL);
	return report_summary();
}
