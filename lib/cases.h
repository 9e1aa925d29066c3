/* SPDX-License-Identifier: BSD-2-Clause */
/* What cases.c offers to main.c; tests use "case.h". */
#ifndef CASES_H
#define CASES_H

/*
 * Selects the cases whose names match a list of globs (NULL: all), but none before the one that is named from (NULL: the
 * first); returns how many that are.
 */
unsigned int cases_select(const char *globs, const char *from);

#endif
