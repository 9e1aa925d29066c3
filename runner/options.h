/* SPDX-License-Identifier: BSD-2-Clause */
/* What the user asked for: the command line and the environment. docs/running.md is its reference. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "util.h"

enum action { ACTION_RUN, ACTION_LIST, ACTION_LIST_CASES, ACTION_DRY_RUN, ACTION_FOREGROUND, ACTION_REPORT };

struct options {
	enum action action;
	const char *top;		/* source tree */
	const char *build;		/* build tree */
	const char *state;		/* where logs and caches go; NULL: into the trees */
	struct strvec selections;	/* TEST, TEST/CASE, GLOB, each optionally ARCH:... */
	struct strvec groups, not_groups;
	struct strvec archs;		/* empty: as configured, or all_archs: all that are known */
	struct strvec env;		/* --env: NAME=VALUE */
	struct strvec extra;		/* after -- */
	bool all, all_archs, verbose, tap13, fail_fast, isolate, gdb;
	unsigned int parallel, repeat;	/* both at least 1 */
	unsigned int timeout_s;		/* 0: not given */
	const char *accel, *machine, *check, *target;	/* NULL: not given */
	const char *qemu;		/* $QEMU, NULL: by architecture */
	long max_smp;			/* $MAX_SMP, or the number of CPUs */
	const char *json, *log_dir;
	const char *standalone;		/* --standalone: write files there instead of running */
	const char *config;		/* --config: this file instead of the tree's, and known-issues.cfg beside it */
	const char *arch_dir;		/* of foreground: "x86" */
	const char *format, *report;	/* of report: "terminal", ...; the saved stream, "-": standard input */
};

/*
 * Fills options from the command line, changing argv's order, and the environment. Insists: ends with EXIT_USAGE and a
 * hint for anything that is not understood, and with 0 behind -h. parallel, repeat, top, build, format and
 * max_smp are always set.
 */
void options_parse(struct options *options, int argc, char **argv);
void options_free(struct options *options);
/* "90", "90s" or "2m" as seconds from 1 to 86400; false for anything else. */
bool parse_seconds(const char *text, unsigned int *seconds);

#endif
