/* SPDX-License-Identifier: BSD-2-Clause */
/* Matching with * and ?, in time proportional to text times pattern and without recursion. */
#include "glob.h"
#include "libcflat.h"

/* The pattern is the bytes from p to end. A mismatch goes back to the last star and lets it take one byte more. */
static bool match(const char *text, const char *p, const char *end)
{
	const char *star = NULL, *resume = NULL;

	while (*text) {
		if (p < end && *p == '*') {
			star = ++p;
			resume = text;
		} else if (p < end && (*p == '?' || *p == *text)) {
			p++;
			text++;
		} else if (star) {
			p = star;
			text = ++resume;
		} else {
			return false;
		}
	}
	while (p < end && *p == '*')
		p++;
	return p == end;
}

bool simple_glob(const char *text, const char *pattern)
{
	return match(text, pattern, pattern + strlen(pattern));
}

bool glob_list(const char *text, const char *list)
{
	for (;;) {
		const char *end = strchrnul(list, ',');

		if (match(text, list, end))
			return true;
		if (!*end)
			return false;
		list = end + 1;
	}
}
