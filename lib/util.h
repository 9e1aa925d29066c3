/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks with both values in the message, for tests without cases, and key=value arguments. */
#ifndef UTIL_H
#define UTIL_H

#include "libcflat.h"

#ifndef static_assert
#define static_assert(cond, ...)	_Static_assert(cond, "" __VA_ARGS__)
#endif

/*
 * Reads "key=number" (C's notation of numbers). Returns the key's length and stores the number in *value; -1 without
 * '='. Aborts if anything but a number follows the '='.
 */
int parse_keyval(const char *text, long *value);

/* Fails unless a equals b, with both values, the place and a stack trace; counts a pass silently. */
#define TEST_EXPECT_EQ(a, b)	__TEST_EQ(a, b, #a, #b, 0, abort, "")
/* The same with further words (printf). */
#define TEST_EXPECT_EQ_MSG(a, b, ...)	__TEST_EQ(a, b, #a, #b, 0, abort, __VA_ARGS__)

/* With fatal, a failure then calls end(), which should not return. */
#define __TEST_EQ(a, b, a_text, b_text, fatal, end, ...)				\
	do {										\
		__typeof__(a) __test_a = (a);						\
		__typeof__(b) __test_b = (b);						\
		if (__test_a != __test_b) {						\
			__test_not_equal(__FILE__, __LINE__, __as_u64(__test_a),	\
					 __as_u64(__test_b), a_text, b_text,		\
					 " " __VA_ARGS__);				\
			if (fatal)							\
				end();							\
		} else {								\
			report_passed();						\
		}									\
	} while (0)

void __test_not_equal(const char *file, int line, u64 a, u64 b,
		      const char *a_text, const char *b_text, const char *fmt, ...)
	__attribute__((format(printf, 7, 8)));

#endif
