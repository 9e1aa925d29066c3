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
/*
 * Why nothing runs on architecture i of the plan (it was not built, it has no VMM); NULL: it runs.
 * Asks for the VMM; one that the user named and that cannot be used ends with EXIT_ENVIRONMENT.
 * plan_archs.c, as are the next.
 */
const char *plan_arch_skipped(struct plan *plan, size_t i, const struct options *options);
/* Was a selected test skipped with its architecture? */
bool plan_skips_archs(const struct plan *plan);
/* Sets plan->archs, and of plan->skips what configure has to say. */
void plan_select_archs(struct plan *plan, const struct options *options);
/* Does the test run on arch, as its entry and its directory say? */
bool plan_runs_on(const struct test *test, const char *arch, const struct options *options);
/* BUILD/ARCH/DIR/FILE.SUFFIX, in common/ if it is only there; to be freed. */
char *plan_image_path(const struct options *options, const struct test *test, const char *arch, const char *suffix);

/* plan_job.c: fills the job (test, arch, cases, round are set) with all else, or with the reason why it cannot run. */
void plan_job(struct job *job, const struct options *options);
/* The row of --target (NULL: QEMU); an unknown one ends with EXIT_USAGE. */
const struct vmm *plan_vmm(const char *name);

#endif
