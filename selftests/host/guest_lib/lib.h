/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's functions as the host tests see them (libcflat.h would clash with the host's headers). */
#ifndef LIB_H
#define LIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int vm_printf(const char *fmt, ...);
_Noreturn void vm_exit(int status);
void record_set_token(const char *token);
void print_stack(const void *const *frames, int n);
void __report(const char *file, int line, bool pass, const char *fmt, ...);
void __report_xfail(const char *file, int line, bool xfail, bool pass, const char *fmt, ...);
void __report_kfail(const char *file, int line, bool kfail, bool pass, const char *fmt, ...);
void __report_skip(const char *file, int line, const char *fmt, ...);
void report_passed(void);
void report_info(const char *fmt, ...);
_Noreturn void report_abort(const char *fmt, ...);
_Noreturn void __assert_failed(const char *file, int line, const char *cond, const char *fmt, ...);
void report_prefix_push(const char *prefix);
void report_prefix_pushf(const char *fmt, ...);
void report_prefix_pop(void);
void report_prefix_popn(int n);
int report_summary(void);

#endif
