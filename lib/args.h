/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line and the environment, as docs/protocol.md defines them. Pure functions: main.c does the rest. */
#ifndef ARGS_H
#define ARGS_H

#include <stddef.h>

#define ARGS_WORDS	128	/* with argv[0] */
#define ARGS_VARIABLES	128
#define ARGS_LINE	4096	/* bytes of the command line */
#define ARGS_BLOCK	8192	/* bytes of variables, their terminators included */

/* Starts as all zeros, except for argv[0] and argc, which are set before. */
struct args {
	int argc;
	char *argv[ARGS_WORDS + 1];
	int n_environ;
	char *environ[ARGS_VARIABLES + 1];
	const char *token;		/* vmunit.token=, or NULL */
	const char *cases;		/* vmunit.case=, or NULL */
	const char *from;		/* vmunit.from=, or NULL */
	size_t used, block_used;
	char text[ARGS_LINE + 1];	/* the words */
	char block[ARGS_BLOCK];		/* the variables */
};

/*
 * Adds the words of line (NULL: none). Returns NULL or what is wrong with it; then token is still set if a word of the
 * first ARGS_LINE bytes says it.
 */
const char *args_parse(struct args *args, const char *line);

/*
 * Adds the variables of a block: NAME=VALUE lines, a carriage return or NUL ends a line as well, empty lines and those
 * that begin with # do not count. What the command line set stays. Returns NULL or what is wrong.
 */
const char *args_add_block(struct args *args, const char *block, size_t len);

#endif
