/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console: whole lines from any CPU and any context (interrupt, NMI, an exception inside the console itself).
 * Above it: printf.c, report.c, record.c; below it: arch_console_write().
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

/* Writes text as it is; not interleaved with other CPUs' text within one call. */
void console_write(const char *text, size_t len);
/* Writes a whole line (text without newline), starting at the beginning of a line. */
void console_line(const char *text, size_t len);
/*
 * Like console_line() for a line that needs the console's order: seal(buf, &len, data) is called with the lock held,
 * just before the line goes out (a record's number and sum).
 */
void console_sealed_line(char *buf, size_t len, size_t (*seal)(char *buf, size_t len));

#endif
