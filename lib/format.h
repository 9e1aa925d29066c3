/* SPDX-License-Identifier: BSD-2-Clause */
/* The engine behind printf(): formats into a sink piece by piece, without a buffer of its own. */
#ifndef FORMAT_H
#define FORMAT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct sink {
	/* Takes len bytes, len > 0. */
	void (*put)(struct sink *sink, const char *text, size_t len);
	size_t total;		/* bytes that went in so far */
};

void format(struct sink *sink, const char *fmt, va_list va);

#define DECIMAL_MAX 20		/* digits of UINT64_MAX */
/* Writes the digits of value so that they end just before end; returns the first. */
char *format_decimal(char *end, uint64_t value);

#endif
