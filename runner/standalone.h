/* SPDX-License-Identifier: BSD-2-Clause */
/* Standalone files: one POSIX-shell program for each test, with its image inside. */
#ifndef STANDALONE_H
#define STANDALONE_H

#include "options.h"

/*
 * Writes DIR/ARCH/TEST for each selected test, DIR being options->standalone; what cannot be a file
 * of its own is left out and named. Returns the status to end with.
 */
enum exit_status standalone_write(const struct options *options);

#endif
