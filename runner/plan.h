/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes the plan out of the options, the configurations and the images. */
#ifndef PLAN_H
#define PLAN_H

#include "job.h"
#include "options.h"

/*
 * Reads the configurations and selects: plan->config and plan->archs are set, and nothing else. Insists, as do the
 * others: unknown tests, groups, architectures end with EXIT_USAGE, the nearest one named.
 */
void plan_read(struct plan *plan, const struct options *options);
/* plan_read(), then one job for each selected test, architecture and round (and case, if isolated). */
void plan_make(struct plan *plan, const struct options *options);
void plan_free(struct plan *plan);
/* Does the test run on arch, as its entry and its directory say? */
bool plan_runs_on(const struct test *test, const char *arch, const struct options *options);
/* BUILD/ARCH/DIR/FILE.SUFFIX, in common/ if it is only there; to be freed. */
char *plan_image_path(const struct options *options, const struct test *test, const char *arch, const char *suffix);

/* plan_job.c: fills the job (test, arch, cases, round are set) with all else, or with the reason why it cannot run. */
void plan_job(struct job *job, const struct options *options);

#endif
