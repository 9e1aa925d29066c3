/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Test cases: what a new test states. The runner finds them in the ELF file (section .vmunit.cases), and can run each
 * alone. A test that has cases needs no main(); one that has its own main() calls run_cases() after its set-up.
 *
 *	CASE(cr3_write, "a MOV to CR3 exits with code 0x13")
 *	{
 *		require(this_cpu_has(X86_FEATURE_SVM));
 *		expect_eq(vmcb->control.exit_code, 0x13);
 *	}
 */
#ifndef CASE_H
#define CASE_H

#include "libcflat.h"

/* The layout is read by the runner (runner/image.h): five words of the target. */
struct test_case {
	const char *name;
	const char *description;
	const char *file;
	unsigned long line;
	void (*function)(void);
};

/* gcc emits static variables in reverse, unless told not to; cases run in the order of the source. */
#if __has_attribute(no_reorder)
#define __in_source_order __attribute__((no_reorder))
#else
#define __in_source_order
#endif

#define CASE(name_, description_)							\
	static void case_##name_(void);							\
	static const struct test_case __case_##name_ __in_source_order			\
	__attribute__((section(".vmunit.cases"), used, aligned(sizeof(long)))) = {	\
		#name_, description_, __FILE__, __LINE__, case_##name_			\
	};										\
	static void case_##name_(void)

/* Runs every selected case and returns the status for main(); ends with the SUMMARY line. */
int run_cases(void);

/*
 * Has function() called after each case from now on, however it ended, on the CPU that ran it,
 * before arch_case_end(): puts back what a part of the library, or of a test, changes. Naming it again
 * changes nothing; there is room for 8.
 */
void case_at_end(void (*function)(void));

/*
 * [weak, empty] Called once before the first case, after the library is up: a test may define it. It may use require()
 * and expect(): if it ends as skipped or failed, so do all cases, with its reason.
 */
void case_setup(void);

/* Ends the case as skipped unless cond holds; the condition's text is the reason. */
#define require(cond)									\
	do { if (!(cond)) case_skip(__FILE__, __LINE__, "%s", #cond); } while (0)
/* The same with a reason of its own (printf). */
#define require_msg(cond, ...)								\
	do { if (!(cond)) case_skip(__FILE__, __LINE__, __VA_ARGS__); } while (0)

/*
 * Each check is counted when it holds and recorded with both values and its place when it does not. It returns whether
 * it held, so that "if (!expect_eq(...)) return;" is possible. Values are compared as unsigned 64-bit numbers
 * after conversion, each operand evaluated once.
 */
#define expect(cond)		case_check(!!(cond), __FILE__, __LINE__, "%s", #cond)
#define expect_msg(cond, ...)	case_check(!!(cond), __FILE__, __LINE__, __VA_ARGS__)
#define expect_eq(actual, expected)	__expect_cmp(CASE_EQ, actual, expected)
#define expect_ne(actual, expected)	__expect_cmp(CASE_NE, actual, expected)
#define expect_lt(actual, bound)	__expect_cmp(CASE_LT, actual, bound)
#define expect_le(actual, bound)	__expect_cmp(CASE_LE, actual, bound)
#define expect_gt(actual, bound)	__expect_cmp(CASE_GT, actual, bound)
#define expect_ge(actual, bound)	__expect_cmp(CASE_GE, actual, bound)
/* The same with words that say which of many it was (printf), e.g. expect_eq_msg(v, 0, "MSR %#x", index). */
#define expect_eq_msg(actual, expected, ...)						\
	case_compare(CASE_EQ, __as_u64(actual), __as_u64(expected), #actual, #expected,	\
		     __FILE__, __LINE__, __VA_ARGS__)
/* Compares len bytes and shows the first difference. */
#define expect_mem(actual, expected, len)						\
	case_compare_mem(actual, expected, len, #actual, #expected, __FILE__, __LINE__)
/* As expect*, but ends the case when it does not hold. */
#define insist(cond)									\
	do { if (!expect(cond)) case_end(); } while (0)
#define insist_eq(actual, expected)							\
	do { if (!expect_eq(actual, expected)) case_end(); } while (0)

/* A measured number: part of the records, never a verdict. */
void metric(const char *name, u64 value, const char *unit);

/* ---- behind the macros ---- */
enum case_relation { CASE_EQ, CASE_NE, CASE_LT, CASE_LE, CASE_GT, CASE_GE };
#define __expect_cmp(rel, a, b)								\
	case_compare(rel, __as_u64(a), __as_u64(b), #a, #b, __FILE__, __LINE__, NULL)
bool case_check(bool held, const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
bool case_compare(enum case_relation rel, u64 actual, u64 bound, const char *actual_text,
		  const char *bound_text, const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 8, 9)));
bool case_compare_mem(const void *actual, const void *expected, size_t len, const char *actual_text,
		      const char *expected_text, const char *file, int line);
_Noreturn void case_skip(const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
_Noreturn void case_end(void);
/*
 * For exception handlers: an exception that nobody expected, described by text (already decoded, whole lines), with
 * the stack trace of the interrupted code. On the CPU that runs a case it ends the case as failed and does not return;
 * anywhere else it aborts the image.
 */
_Noreturn void case_unexpected_exception(const char *text, const void *const *frames, int n_frames);

#endif
