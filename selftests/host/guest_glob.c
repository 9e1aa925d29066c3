/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's patterns beside the definition of * and ?, and lists of them. */
#include "check.h"
#include "guest_lib/random.h"

/* Not from the library's headers, whose names the host has too. */
bool simple_glob(const char *text, const char *pattern);
bool glob_list(const char *text, const char *list);

/* What the stars mean, word for word; exponential, hence for short strings. */
static bool model(const char *text, const char *pattern)
{
	if (!*pattern)
		return !*text;
	if (*pattern == '*')
		return model(text, pattern + 1) || (*text && model(text + 1, pattern));
	return *text && (*pattern == '?' || *pattern == *text) && model(text + 1, pattern + 1);
}

static void fill(char *s, const char *letters, unsigned int max)
{
	unsigned int n = below(max + 1);

	for (unsigned int i = 0; i < n; i++)
		s[i] = letters[below((unsigned int)strlen(letters))];
	s[n] = '\0';
}

static void test_generated(void)
{
	for (int i = 0; i < 300000; i++) {
		char text[16], pattern[16];

		fill(text, "ab", 10);
		fill(pattern, "ab*?", 8);
		CHECK_NUMBER(simple_glob(text, pattern), model(text, pattern));
	}
}

static void test_lists(void)
{
	CHECK(glob_list("cr3_write", "cr3_write"));
	CHECK(glob_list("cr3_write", "x,cr3*"));
	CHECK(glob_list("cr3_write", "c?3_*,"));
	CHECK(!glob_list("cr3_write", "cr3,write,cr"));
	CHECK(!glob_list("cr3_write", ""));
	CHECK(!glob_list("cr3_write", "cr3_write,x" + 4));
	CHECK(!glob_list("a,b", "a,b"));
}

/* A pattern that makes backtracking matchers exponential. */
static void test_time(void)
{
	char text[2001];

	memset(text, 'a', 2000);
	text[2000] = '\0';
	CHECK(!simple_glob(text, "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"));
}

int main(void)
{
	RUN(test_generated);
	RUN(test_lists);
	RUN(test_time);
	return check_status();
}
