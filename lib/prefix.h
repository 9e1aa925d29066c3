/* SPDX-License-Identifier: BSD-2-Clause */
/* The prefix stack, as report.c and case.c use it; tests use report_prefix_push() of "libcflat.h". */
#ifndef PREFIX_H
#define PREFIX_H

#include "format.h"

/* Puts the prefixes, each with its ": ". */
void prefix_put(struct sink *sink);
/* How many prefixes there are, and back to that many. */
int prefix_depth(void);
void prefix_restore(int depth);

#endif
