/* SPDX-License-Identifier: BSD-2-Clause */
/* What run_foreground() runs. */
#ifndef FOREGROUND_H
#define FOREGROUND_H

#include "job.h"
#include "options.h"

/*
 * The job for options->selections' one IMAGE: a path, BUILD/ARCH/IMAGE, or a name below the
 * architecture's tests, with the parameters of the configuration's entry of that name, if there
 * is one. Insists.
 */
struct job *foreground_job(struct plan *plan, const struct options *options);
void foreground_free(struct job *job, struct plan *plan);

#endif
