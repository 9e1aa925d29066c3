/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs a plan and judges it, or one image in the foreground. docs/running.md is its reference. */
#ifndef RUN_H
#define RUN_H

#include "job.h"
#include "options.h"

/* Runs the jobs of the plan in parallel and emits the events of docs/events.md. */
enum exit_status run_jobs(struct plan *plan, const struct options *options,
			  struct known_issues *known);

/*
 * `ARCH/run IMAGE [VMM options]`: options->selections has the one image (a path, or a name below
 * BUILD/ARCH/), archs at most one architecture, extra the VMM's words, which override those of
 * the configuration's entry of that name. The console is the terminal. Returns the guest's
 * status.
 */
int run_foreground(const struct options *options);

#endif
