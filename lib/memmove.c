/* SPDX-License-Identifier: BSD-2-Clause */
/* memmove(): forwards like memcpy() unless dest lies inside src. */
#include "string.h"
#include "word.h"

static void *move_backwards(unsigned char *dest, const unsigned char *src, size_t n)
{
	unsigned char *d = dest + n;
	const unsigned char *s = src + n;

	if (same_alignment(d, s)) {
		for (; n && !word_aligned(d); n--, opaque(d))
			*--d = *--s;
		for (; n >= WORD; n -= WORD, opaque(d)) {
			d -= WORD;
			s -= WORD;
			*(word_t *)d = *(const word_t *)s;
		}
	}
	for (; n; n--, opaque(d))
		*--d = *--s;
	return dest;
}

/* Not memcpy(), whose restrict and whose replacements promise nothing for overlapping memory. */
static void *move_forwards(unsigned char *dest, const unsigned char *src, size_t n)
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

void *memmove(void *dest, const void *src, size_t n)
{
	if ((uintptr_t)dest - (uintptr_t)src < n)
		return move_backwards(dest, src, n);
	return move_forwards(dest, src, n);
}
