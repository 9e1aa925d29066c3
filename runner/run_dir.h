/* SPDX-License-Identifier: BSD-2-Clause */
/* The directory of a run's logs. */
#ifndef RUN_DIR_H
#define RUN_DIR_H

#include "options.h"

/*
 * Makes --log-dir, or TOP/logs/<UTC time>-<pid>/ with a link TOP/logs/latest to it (BUILD/logs/
 * if the build tree is outside the source tree; STATE/logs/ with --state). Returns its path; insists.
 */
char *run_dir_make(const struct options *options);

#endif
