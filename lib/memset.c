/* SPDX-License-Identifier: BSD-2-Clause */
/* memset(): word by word. */
#include "string.h"
#include "word.h"

void *memset(void *s, int c, size_t n)
{
	unsigned char *p = s;

	for (; n && !word_aligned(p); n--, opaque(p))
		*p++ = (unsigned char)c;
	for (; n >= WORD; n -= WORD, p += WORD, opaque(p))
		*(word_t *)p = WORD_OF(c);
	for (; n; n--, opaque(p))
		*p++ = (unsigned char)c;
	return s;
}
