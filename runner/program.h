/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds programs as a shell does. */
#ifndef PROGRAM_H
#define PROGRAM_H

/*
 * The absolute path of an executable named by path, or by name to be looked up in PATH; to be
 * freed, NULL if none.
 */
char *program_find(const char *name);

#endif
