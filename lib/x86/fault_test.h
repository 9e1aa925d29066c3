/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls of a function that must, or must not, raise an exception, as table entries; in ring 0 or ring 3. */
#ifndef X86_FAULT_TEST_H
#define X86_FAULT_TEST_H

#include "libcflat.h"

struct fault_test_arg;
typedef uint64_t (*test_fault_func)(uint64_t arg1, uint64_t arg2, uint64_t arg3, uint64_t arg4);
/* Judges a call that raised nothing, by its retval. */
typedef bool (*test_fault_callback)(struct fault_test_arg *arg);

struct fault_test_arg {
	bool usermode;			/* in ring 3 */
	unsigned long fault_vector;
	bool should_fault;
	uint64_t arg[4];
	uint64_t retval;		/* set by the run */
	test_fault_func func;
	test_fault_callback callback;	/* NULL: every value is right */
};

struct fault_test {
	const char *name;
	struct fault_test_arg arg;
};

#define FAULT_TEST(name_, arg_)	{ .name = (name_), .arg = (arg_) }

/* Runs it and reports its name; returns whether it passed. */
bool test_run(struct fault_test *test);

#endif
