/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration reader: unittests.cfg to an array of struct test. docs/configuration.md is its reference. */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include "util.h"

/* Where something was said; line and column count from 1. */
struct place {
	const char *file;
	unsigned int line, column;
};

/*
 * One [name] section, as it stands: values are split into words, but variables and arithmetic in them
 * are still there, since they depend on the architecture and the environment (expand_* in expand.h).
 */
struct test {
	char *name;
	const char *dir;		/* directory of its unittests.cfg below the top: "x86", "" for common */
	struct place place;
	char *file;			/* image name without directory and extension: "msr" */
	char *smp;			/* an expression, "1" if not given */
	char *timeout;			/* seconds, an expression; NULL: the default */
	char *machine, *accel;		/* NULL: any */
	char *firmware;			/* "rom" (ours, the default), or "seabios" */
	char *disabled_if;		/* a condition; NULL: never */
	struct strvec args;		/* test_args: words */
	struct strvec qemu_params, kvmtool_params;
	struct strvec groups, archs, checks, env;
	bool test_args_quoted;		/* reserved */
};

struct config {
	struct test *tests;
	size_t n;
};

/* Appends the tests of the file at path. Insists: any mistake ends with EXIT_USAGE, "FILE:LINE:COLUMN: what; hint". */
void config_read(struct config *config, const char *path, const char *dir);
/* The same of a buffer, for tests and the fuzzer: false with *error (to be freed) set to that message. */
bool config_parse(struct config *config, const char *path, const char *dir, const char *text, size_t len, char **error);
void config_free(struct config *config);

#endif
