/* SPDX-License-Identifier: BSD-2-Clause */
/* memcmp(): skips equal words, then decides by the first byte that differs. */
#include "string.h"
#include "word.h"

int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *p = a, *q = b;

	if (same_alignment(p, q)) {
		for (; n && !word_aligned(p); n--, p++, q++)
			if (*p != *q)
				return *p - *q;
		for (; n >= WORD && *(const word_t *)p == *(const word_t *)q; n -= WORD, p += WORD)
			q += WORD;
	}
	for (; n; n--, p++, q++, opaque(p))
		if (*p != *q)
			return *p - *q;
	return 0;
}
