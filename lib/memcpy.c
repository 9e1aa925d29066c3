/* SPDX-License-Identifier: BSD-2-Clause */
/* memcpy(): word by word where both sides allow it. An architecture with something better has its own memcpy.c. */
#include "string.h"
#include "word.h"

void *memcpy(void *restrict dest, const void *restrict src, size_t n)
{
	unsigned char *d = dest;
	const unsigned char *s = src;

	if (same_alignment(d, s)) {
		for (; n && !word_aligned(d); n--, opaque(d))
			*d++ = *s++;
		for (; n >= WORD; n -= WORD, d += WORD, s += WORD, opaque(d))
			*(word_t *)d = *(const word_t *)s;
	}
	for (; n; n--, opaque(d))
		*d++ = *s++;
	return dest;
}
