/* SPDX-License-Identifier: BSD-2-Clause */
/* report_summary(): the last line of a test, and its status. */
#include "record.h"
#include "report.h"

static void add(struct linebuf *line, unsigned int n, const char *what)
{
	char part[64];

	if (n)
		linebuf_add(line, part, snprintf(part, sizeof(part), ", %u %s", n, what));
}

static void say_human(const struct tally *t)
{
	struct linebuf *line = linebuf_get();
	char start[32];

	linebuf_add(line, start, snprintf(start, sizeof(start), "SUMMARY: %u tests", t->tests));
	add(line, t->unexpected, "unexpected failures");
	add(line, t->known, "known failures");
	add(line, t->expected, "expected failures");
	add(line, t->skipped, "skipped");
	linebuf_add(line, "\n", 1);
	linebuf_send_line(line, NULL);
}

static void say_record(const struct tally *t)
{
	struct linebuf *r = record_begin("summary");

	record_number(r, "tests", t->tests);
	record_number(r, "unexpected", t->unexpected);
	record_number(r, "known", t->known);
	record_number(r, "expected", t->expected);
	record_number(r, "skipped", t->skipped);
	record_send(r);
}

int report_summary(void)
{
	struct tally t = report_counts();

	if (record_enabled())
		say_record(&t);
	else
		say_human(&t);
	if (t.unexpected)
		return 1;
	return t.tests == t.skipped ? 77 : 0;
}
