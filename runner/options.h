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
	struct strvec selections;	/* TEST, TEST/CASE, GLOB, each optionally ARCH:... */
	struct strvec groups, not_groups;
	struct strvec archs;
	struct strvec extra;		/* after -- */
	bool all, verbose, tap13, fail_fast, isolate, gdb;
	unsigned int parallel, repeat;
	unsigned int timeout_s;		/* 0: not given */
	const char *accel, *machine, *check, *target;	/* NULL: not given */
	const char *qemu;		/* $QEMU, NULL: by architecture */
	long max_smp;			/* $MAX_SMP, 0: not given */
	const char *json, *log_dir;
};

void options_parse(struct options *options, int argc, char **argv);

#endif
