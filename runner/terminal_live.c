/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The live line of the terminal view: how far the run is and what runs, longest first. It never reaches the
 * last column, so no terminal wraps it, and it is ASCII only, so a byte is a column.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "describe.h"
#include "terminal.h"

#define ERASE "\r\033[K"	/* ECMA-48 EL: erase to the end of the line */

/* Columns of the terminal; asked each time, since windows change. */
static size_t columns(FILE *out)
{
	struct winsize size;

	if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return 80;
}

static size_t not_as_expected(const struct run_view *run)
{
	size_t n = 0;

	for (int v = 0; v < VERDICTS; v++)
		n += verdict_is_bad(v) ? run->verdicts[v] : 0;
	return n;
}

static bool is_running(const struct test_view *test)
{
	return test && test->start && !test->ended;
}

/* "msr/ipi 3 s": the case only while one runs. */
static void add_running(struct strbuf *b, const struct test_view *test, uint64_t now)
{
	const struct case_view *last = test->n_cases ? &test->cases[test->n_cases - 1] : NULL;
	bool in_case = last && !last->end;

	strbuf_addf(b, "%s%s%s %u s", test->label, in_case ? "/" : "", in_case ? last->name : "",
		    (unsigned int)((now - test->since_ms) / 1000));
}

static int by_start(const void *a, const void *b)
{
	const struct test_view *const *x = a, *const *y = b;

	return (*x)->since_ms < (*y)->since_ms ? -1 : (*x)->since_ms > (*y)->since_ms;
}

static void add_all_running(struct strbuf *b, const struct run_view *run)
{
	const struct test_view **running = xcalloc(run->n_tests + 1, sizeof(struct test_view *));
	uint64_t now = now_ms();
	size_t n = 0;

	for (size_t i = 0; i < run->n_tests; i++)
		if (is_running(run->tests[i]))
			running[n++] = run->tests[i];
	qsort(running, n, sizeof(struct test_view *), by_start);
	for (size_t i = 0; i < n; i++) {
		strbuf_adds(b, i ? ", " : "  ");
		add_running(b, running[i], now);
	}
	free(running);
}

/* Cuts the line to fewer than width columns, and makes every byte a column. */
static void fit(struct strbuf *b, size_t width)
{
	for (size_t i = 0; i < b->len; i++)
		if (b->data[i] < ' ' || b->data[i] > '~')
			b->data[i] = '?';
	if (b->len < width)
		return;
	b->len = width ? width - 1 : 0;
	for (size_t i = 1; i <= 3 && i <= b->len; i++)
		b->data[b->len - i] = '.';
	b->data[b->len] = '\0';
}

void terminal_live_draw(struct terminal *t)
{
	size_t bad = not_as_expected(&t->run);
	struct strbuf line = { 0 };

	strbuf_addf(&line, "[%zu/%" JSON_INTEGER_FORMAT "]", t->run.n_ended, t->run.n_planned);
	if (bad)
		strbuf_addf(&line, " %zu not as expected", bad);
	add_all_running(&line, &t->run);
	fit(&line, columns(t->out));
	fprintf(t->out, "\r%s\033[K", line.data);
	t->live_shown = true;
	strbuf_free(&line);
}

void terminal_live_erase(struct terminal *t)
{
	if (t->live_shown)
		fputs(ERASE, t->out);
	t->live_shown = false;
}
