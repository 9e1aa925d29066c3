/* SPDX-License-Identifier: BSD-2-Clause */
/* The prefix stack, as report.c and case.c use it; tests use report_prefix_push() of "libcflat.h". */
#ifndef PREFIX_H
#define PREFIX_H

#include "linebuf.h"

/* Appends the prefixes, each with its ": ". */
void prefix_add(struct linebuf *line);
/* How many prefixes there are, and back to that many. */
int prefix_depth(void);
void prefix_restore(int depth);

#endif
