/* SPDX-License-Identifier: BSD-2-Clause */
/* Variables ($MAX_SMP, ${NAME}) and arithmetic ($((...))) in configuration values; no shell anywhere. */
#ifndef EXPAND_H
#define EXPAND_H

#include "config.h"

/* What a value may refer to. Every member is set. */
struct variables {
	long max_smp;
	const char *arch, *accel, *machine, *target /* "qemu" */, *testname;
};

/*
 * vars NULL: only checks that the value could be expanded, whatever the variables are (out is not set, and may be NULL
 * for words). Conditions: ==, !=, <, <=, >, >=, &&, ||, !, parentheses, arithmetic, words; -eq, -lt and their like.
 * Each returns false and sets *error (to be freed): an unknown variable with the nearest one, a division by zero, ...
 */
bool expand_words(const struct variables *vars, const struct strvec *in, struct strvec *out, char **error);
bool expand_number(const struct variables *vars, const char *in, long *out, char **error);
bool expand_condition(const struct variables *vars, const char *in, bool *out, char **error);

#endif
