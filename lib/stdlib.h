/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers from strings, sorting and searching (C11 7.22). There is no errno: a number out of range is clamped to the
 * end of the range, as C says, and no more. Not here: malloc() and its family ("alloc.h").
 */
#ifndef STDLIB_H
#define STDLIB_H

#include <stddef.h>

/* Base 2 to 36, or 0: 0x and 0 choose 16 and 8. With another base, or without a digit, 0 and *end = s. */
long strtol(const char *restrict s, char **restrict end, int base);
unsigned long strtoul(const char *restrict s, char **restrict end, int base);
long long strtoll(const char *restrict s, char **restrict end, int base);
unsigned long long strtoull(const char *restrict s, char **restrict end, int base);
int atoi(const char *s);
long atol(const char *s);

static inline int abs(int i)
{
	return i < 0 ? -i : i;
}

static inline long labs(long i)
{
	return i < 0 ? -i : i;
}

/* Sorts in place in O(n log n) and constant stack; not stable. */
void qsort(void *base, size_t n, size_t size, int (*compare)(const void *a, const void *b));
void *bsearch(const void *key, const void *base, size_t n, size_t size,
	      int (*compare)(const void *key, const void *element));

#endif
