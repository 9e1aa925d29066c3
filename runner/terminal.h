/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state of the terminal view, shared by its files: format_terminal.c, terminal_test.c,
 * terminal_live.c, terminal_archs.c, terminal_summary.c.
 */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdio.h>
#include "run_view.h"

struct terminal {
	FILE *out;
	struct run_view run;
	bool verbose, colour;
	bool live;		/* out is a terminal that can redraw a line */
	bool live_shown;
	struct bad_test *bad;	/* terminal_summary.c repeats them at the end */
	size_t n_bad;
};

/* One line of text, whose control characters are escaped, behind indent blanks. */
void terminal_line(struct terminal *t, unsigned int indent, const char *format, ...) PRINTF(3, 4);
/* The same with the verdict's word in its colour before the text. */
void terminal_verdict(struct terminal *t, unsigned int indent, enum verdict verdict, const char *format, ...)
	PRINTF(4, 5);

/* terminal_test.c: what there is to say about a test that ended. */
void terminal_test_end(struct terminal *t, struct test_view *test, const json_t *event);
/* terminal_archs.c: an architecture that is skipped as a whole, and the table of all at the end. */
void terminal_arch_skip(struct terminal *t, const json_t *event);
void terminal_arch_table(struct terminal *t);
/* terminal_live.c: the line that says what runs. */
void terminal_live_draw(struct terminal *t);
void terminal_live_erase(struct terminal *t);
/* terminal_summary.c: what is said before the first test, what to remember of a bad one, and what is said at the end. */
void terminal_run_start(struct terminal *t, const json_t *event);
void terminal_note_bad(struct terminal *t, const struct test_view *test, const json_t *event);
void terminal_run_end(struct terminal *t);

#endif
