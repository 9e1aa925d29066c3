/* SPDX-License-Identifier: BSD-2-Clause */
/* Evaluates the expressions of configuration values. expand.h is what others use. */
#ifndef EXPRESSION_H
#define EXPRESSION_H

#include "expand.h"

enum expression_kind {
	ARITHMETIC,	/* numbers; a bare NAME is a variable, as between $(( and )) of a shell */
	CONDITION,	/* also words, which == and != compare; a bare NAME is a word; -lt and its like */
};

/* A variable's value or a part of the expression; words are not terminated and not owned. */
struct value {
	bool is_word;
	long number;
	const char *word;
	size_t len;
};

/*
 * The value of all len characters of text. vars NULL: only checks that it could be evaluated. Numbers are long ints;
 * an overflow is an error. False with *error set (to be freed).
 */
bool evaluate(const struct variables *vars, enum expression_kind kind, const char *text, size_t len, long *out,
	      char **error);
/* The variable called by len characters of name (vars NULL: only its type); false with *error set. */
bool variable_find(const struct variables *vars, const char *name, size_t len, struct value *value, char **error);

#endif
