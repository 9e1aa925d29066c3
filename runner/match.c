/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Matching names: globs (in time proportional to pattern times name, whatever the pattern) and near
 * misses.
 */
#include <string.h>
#include "util.h"

/*
 * Matches c with the bracket expression behind p ("[a-z]", "[!a]", XCU 2.13.1 without classes);
 * sets *end behind it. A '[' that nothing closes stands for itself.
 */
static bool bracket_match(const char *p, char c, const char **end)
{
	const char *q = p + 1;
	bool negated = *q == '!', found = false;

	if (negated)
		q++;
	for (const char *first = q; *q && (*q != ']' || q == first); q++) {
		unsigned char low = (unsigned char)*q, high = low;

		if (q[1] == '-' && q[2] && q[2] != ']') {
			high = (unsigned char)q[2];
			q += 2;
		}
		if (low <= (unsigned char)c && (unsigned char)c <= high)
			found = true;
	}
	if (*q != ']') {
		*end = p + 1;
		return c == '[';
	}
	*end = q + 1;
	return found != negated;
}

/* Does the first element of the pattern, which is no '*', match c? */
static bool one_match(const char *p, char c, const char **end)
{
	if (*p == '[')
		return bracket_match(p, c, end);
	*end = p + 1;
	return *p == '?' || (*p == c && *p);
}

bool glob_match(const char *pattern, const char *name)
{
	const char *star = NULL, *retry = NULL, *end;

	/*
	 * It suffices to go back to the last '*': whatever an earlier one could take, the last one
	 * can.
	 */
	while (*name) {
		if (*pattern == '*') {
			star = ++pattern;
			retry = name;
		} else if (*pattern && one_match(pattern, *name, &end)) {
			pattern = end;
			name++;
		} else if (star) {
			pattern = star;
			name = ++retry;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

bool is_glob(const char *s)
{
	return s[strcspn(s, "*?[")] != '\0';
}

enum { NEAREST_MAX = 64 };

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int min = a < b ? a : b;

	return min < c ? min : c;
}

/*
 * Levenshtein's distance, where swapping two neighbours costs one too; both at most NEAREST_MAX
 * long.
 */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int rows[3][NEAREST_MAX + 1];
	size_t n = strlen(a), m = strlen(b);
	unsigned int *before = rows[0], *last = rows[1], *row = rows[2];

	for (size_t j = 0; j <= m; j++)
		last[j] = (unsigned int)j;
	for (size_t i = 1; i <= n; i++) {
		unsigned int *spare = before;

		row[0] = (unsigned int)i;
		for (size_t j = 1; j <= m; j++) {
			row[j] = min3(last[j] + 1, row[j - 1] + 1,
				      last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
		before = last;
		last = row;
		row = spare;
	}
	return last[m];
}

const char *nearest(const char *word, const char *const *candidates, size_t n)
{
	size_t len = strlen(word);
	unsigned int best = (unsigned int)(len + 2) / 3 + 1;
	const char *found = NULL;

	if (!len || len > NEAREST_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		unsigned int d;

		if (strlen(candidates[i]) > NEAREST_MAX)
			continue;
		/* Who wrote the beginning meant the whole. */
		d = len > 2 && strncmp(candidates[i], word, len) == 0
			    ? 1
			    : distance(word, candidates[i]);
		/* One that shares nothing at all is no hint. */
		if (d < best && d < len) {
			best = d;
			found = candidates[i];
		}
	}
	return found;
}
