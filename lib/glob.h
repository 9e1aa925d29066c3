/* SPDX-License-Identifier: BSD-2-Clause */
/* Patterns with * and ?: simple_glob() of "libcflat.h", and lists of them. */
#ifndef GLOB_H
#define GLOB_H

#include <stdbool.h>

/* Whether text matches one of the patterns of a comma-separated list. */
bool glob_list(const char *text, const char *list);

#endif
