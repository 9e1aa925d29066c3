/* SPDX-License-Identifier: BSD-2-Clause */
/* What a case calls: checks, require(), metrics, and its end. Any CPU may check; only the case's own may end it. */
#include "arch-hooks.h"
#include "case_run.h"
#include "console.h"
#include "on-cpus.h"
#include "record.h"

/* The reason is fmt, and more behind a colon unless more is NULL. */
static void set_reason(const char *more, const char *fmt, va_list va)
{
	char *reason = case_run.reason;
	const size_t size = sizeof(case_run.reason);
	size_t len;

	if (__atomic_exchange_n(&case_run.has_reason, true, __ATOMIC_ACQ_REL))
		return;
	len = vsnprintf(reason, size, fmt, va);
	if (more && len < size)
		snprintf(reason + len, size - len, ": %s", more);
}

void case_reason(const char *fmt, ...)
{
	va_list va;

	va_start(va, fmt);
	set_reason(NULL, fmt, va);
	va_end(va);
}

static bool is_mine(void)
{
	return __atomic_load_n(&case_run.active, __ATOMIC_ACQUIRE) && case_run.cpu == arch_cpu_id();
}

void case_end(void)
{
	if (!is_mine())
		report_abort("CPU %d ends a case that it does not run", arch_cpu_id());
	longjmp(case_run.end, 1);
}

void case_skip(const char *file, int line, const char *fmt, ...)
{
	va_list va;

	if (!is_mine())
		report_abort("%s:%d: require() on CPU %d, which runs no case", file, line, arch_cpu_id());
	va_start(va, fmt);
	set_reason(NULL, fmt, va);
	va_end(va);
	report_count(V_SKIP);
	case_end();
}

static void say_human(const char *file, int line, const char *reason, const char *fmt, va_list va)
{
	struct linebuf *text = linebuf_get();
	char place[16];

	linebuf_string(text, file);
	linebuf_add(text, place, snprintf(place, sizeof(place), ":%d: ", line));
	linebuf_message(text, fmt, va);
	linebuf_string(text, ": ");
	linebuf_string(text, reason);
	linebuf_send_line(text, NULL);
}

static void say_record(const char *file, int line, const char *reason, const char *fmt, va_list va)
{
	struct linebuf *r = record_begin("check");

	record_string(r, "v", verdict_word(V_FAIL));
	record_string(r, "file", file);
	record_number(r, "line", line);
	record_string(r, "reason", reason);
	record_message(r, "name", fmt, va);
	record_send(r);
}

/* A check that did not hold. fmt: what was checked; reason: what was found instead. */
static void fail_va(const char *file, int line, const char *reason, const char *fmt, va_list va)
{
	va_list again;

	report_count(V_FAIL);
	va_copy(again, va);
	set_reason(reason, fmt, again);
	va_end(again);
	if (record_enabled())
		say_record(file, line, reason, fmt, va);
	else
		say_human(file, line, reason, fmt, va);
}

__attribute__((format(printf, 4, 5)))
static void fail(const char *file, int line, const char *reason, const char *fmt, ...)
{
	va_list va;

	va_start(va, fmt);
	fail_va(file, line, reason, fmt, va);
	va_end(va);
}

/*
 * Whether the check that was just made holds; the other way round for the one that VMUNIT_TURN counts to (1: the first
 * of the case): a test of the test, see selftests/sensitivity.txt.
 */
static bool outcome(bool held)
{
	if (!case_run.turn || __atomic_sub_fetch(&case_run.turn, 1, __ATOMIC_RELAXED))
		return held;
	return !held;
}

bool case_check(bool held, const char *file, int line, const char *fmt, ...)
{
	va_list va;

	if (outcome(held)) {
		report_passed();
		return true;
	}
	va_start(va, fmt);
	fail_va(file, line, "does not hold", fmt, va);
	va_end(va);
	return false;
}

static bool holds(enum case_relation relation, u64 a, u64 b)
{
	switch (relation) {
	case CASE_EQ: return a == b;
	case CASE_NE: return a != b;
	case CASE_LT: return a < b;
	case CASE_LE: return a <= b;
	case CASE_GT: return a > b;
	case CASE_GE: return a >= b;
	}
	return false;
}

static const char *const relations[] = { "==", "!=", "<", "<=", ">", ">=" };

bool case_compare(enum case_relation relation, u64 actual, u64 bound, const char *actual_text,
		  const char *bound_text, const char *file, int line, const char *fmt, ...)
{
	char reason[96];
	va_list va;

	if (outcome(holds(relation, actual, bound))) {
		report_passed();
		return true;
	}
	snprintf(reason, sizeof(reason), relation == CASE_EQ ? "is 0x%" PRIx64 ", not %s0x%" PRIx64 :
		 "0x%" PRIx64 " is not %s 0x%" PRIx64, actual,
		 relation == CASE_EQ ? "" : relations[relation], bound);
	if (!fmt) {
		fail(file, line, reason, "%s %s %s", actual_text, relations[relation], bound_text);
		return false;
	}
	va_start(va, fmt);
	fail_va(file, line, reason, fmt, va);
	va_end(va);
	return false;
}

bool case_compare_mem(const void *actual, const void *expected, size_t len, const char *actual_text,
		      const char *expected_text, const char *file, int line)
{
	const u8 *a = actual, *b = expected;
	char reason[96];
	size_t i = 0;

	if (outcome(memcmp(a, b, len) == 0)) {
		report_passed();
		return true;
	}
	while (a[i] == b[i] && i + 1 < len)
		i++;
	snprintf(reason, sizeof(reason), "byte %zu of %zu is 0x%02x, not 0x%02x", i, len, a[i], b[i]);
	fail(file, line, reason, "%s == %s", actual_text, expected_text);
	return false;
}

void metric(const char *name, u64 value, const char *unit)
{
	struct linebuf *r;

	if (!record_enabled()) {
		report_info("%s %" PRIu64 " %s", name, value, unit);
		return;
	}
	r = record_begin("metric");
	record_number(r, "value", value);
	record_string(r, "unit", unit);
	record_string(r, "name", name);
	record_send(r);
}

void case_unexpected_exception(const char *text, const void *const *frames, int n_frames)
{
	static unsigned int depth;
	int first_line = (int)(strchrnul(text, '\n') - text);
	bool mine = is_mine();

	if (!mine)
		on_cpus_die();
	/* An exception in here comes back here; the longjmp() below ends the nesting. */
	if (__atomic_add_fetch(&depth, 1, __ATOMIC_RELAXED) > 2)
		report_abort("unexpected exception while one was handled: %.*s", first_line, text);
	console_line(text, strlen(text));
	print_stack(frames, n_frames);
	if (!mine)
		report_abort("unexpected exception on CPU %d: %.*s", arch_cpu_id(), first_line, text);
	report_count(V_FAIL);
	case_reason("unexpected exception: %.*s", first_line, text);
	__atomic_sub_fetch(&depth, 1, __ATOMIC_RELAXED);
	case_end();
}
