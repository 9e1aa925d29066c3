/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The line by which a guest without an exit device says its status (docs/protocol.md, "Exit status"), found in a copy
 * of its console that comes piece by piece. For images run by hand: the judge has records.
 */
#ifndef EXIT_LINE_H
#define EXIT_LINE_H

#include <stdbool.h>
#include <stddef.h>

struct exit_line {
	char line[32];		/* what is known of the line that has not ended */
	size_t len;		/* of it, also where it is longer than that */
	bool said;
	int status;		/* as exit() was given it; the last one said counts */
};

/* Takes the next n bytes; starts as all zeros. */
void exit_line_add(struct exit_line *e, const char *text, size_t n);

#endif
