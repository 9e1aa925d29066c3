/* SPDX-License-Identifier: BSD-2-Clause */
/* qsort() by heapsort: in place, without recursion, never quadratic. bsearch(). */
#include "stdlib.h"

typedef int compare_t(const void *a, const void *b);

static void swap(char *a, char *b, size_t size)
{
	for (; size; size--, a++, b++) {
		char c = *a;

		*a = *b;
		*b = c;
	}
}

/* Lets element i sink until neither of its children (2i + 1, 2i + 2) is greater; n elements. */
static void sink(char *base, size_t i, size_t n, size_t size, compare_t *compare)
{
	while (i < n / 2) {
		size_t child = 2 * i + 1;

		if (child + 1 < n && compare(base + child * size, base + (child + 1) * size) < 0)
			child++;
		if (compare(base + i * size, base + child * size) >= 0)
			return;
		swap(base + i * size, base + child * size, size);
		i = child;
	}
}

void qsort(void *base, size_t n, size_t size, compare_t *compare)
{
	for (size_t i = n / 2; i-- > 0;)
		sink(base, i, n, size, compare);
	while (n > 1) {
		n--;
		swap(base, (char *)base + n * size, size);
		sink(base, 0, n, size, compare);
	}
}

void *bsearch(const void *key, const void *base, size_t n, size_t size, compare_t *compare)
{
	const char *low = base;

	while (n) {
		const char *middle = low + n / 2 * size;
		int order = compare(key, middle);

		if (order == 0)
			return (void *)middle;
		if (order > 0) {
			low = middle + size;
			n -= n / 2 + 1;
		} else {
			n /= 2;
		}
	}
	return NULL;
}
