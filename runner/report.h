/* SPDX-License-Identifier: BSD-2-Clause */
/* Shows a saved event stream as if its run happened now: `vmunit report FILE`. */
#ifndef REPORT_H
#define REPORT_H

#include <stdio.h>

#include "event.h"
#include "util.h"

/*
 * Reads the JSON lines of docs/events.md at path ("-": standard input) and formats them. Returns how that run
 * ended (run-end's "exit"); EXIT_USAGE for a file that is not such a stream, with "FILE:LINE: what" on stderr;
 * EXIT_ENVIRONMENT if the file or the output fails, or if the stream stops before its run-end.
 * What came before a bad line is shown all the same.
 */
enum exit_status report_file(const char *path, const struct format *format, FILE *out,
			     const struct options *options);

/* The same of a stream that is open already, called name in messages. */
enum exit_status report_stream(FILE *in, const char *name, const struct format *format, FILE *out,
			       const struct options *options);

#endif
