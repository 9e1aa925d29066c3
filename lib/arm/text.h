/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text that grows in a buffer: always terminated, and len is what it would need, as with snprintf.
 */
#ifndef ARM_TEXT_H
#define ARM_TEXT_H

#include "libcflat.h"

struct text {
	char *buf;
	size_t size, len;
};

static inline void __attribute__((format(printf, 2, 3))) add(struct text *t, const char *fmt, ...)
{
	size_t room = t->len < t->size ? t->size - t->len : 0;
	va_list va;

	va_start(va, fmt);
	t->len += vsnprintf(room ? t->buf + t->len : NULL, room, fmt, va);
	va_end(va);
}

#endif
