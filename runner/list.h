/* SPDX-License-Identifier: BSD-2-Clause */
/* What is printed instead of running: tests, cases, command lines. */
#ifndef LIST_H
#define LIST_H

#include "options.h"

/* Each does what its option says, on standard output, and returns the status to end with. */
enum exit_status list_tests(const struct options *options);	/* -l: plain when piped: name TAB architectures TAB groups */
enum exit_status list_cases(const struct options *options);	/* --list-cases: TEST/CASE TAB description; nothing is booted */
enum exit_status list_commands(const struct options *options);	/* --dry-run: what is skipped is a shell comment */

#endif
