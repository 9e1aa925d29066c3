/* SPDX-License-Identifier: BSD-2-Clause */
/* report() and its family: verdicts as human lines or, with a token, as records. Not here: prefixes, SUMMARY. */
#include "console.h"
#include "machine.h"
#include "record.h"
#include "report.h"

static const struct {
	const char *human, *record;
} words[] = {
	[V_PASS] = { "PASS: ", "pass" },
	[V_FAIL] = { "FAIL: ", "fail" },
	[V_SKIP] = { "SKIP: ", "skip" },
	[V_XFAIL] = { "XFAIL: ", "xfail" },
	[V_XPASS] = { "XPASS: ", "xpass" },
	[V_KFAIL] = { "KFAIL: ", "kfail" },
	[V_ERROR] = { "FAIL: ", "error" },	/* there is no human word of its own */
};

static struct tally image_tally, *current_tally = &image_tally;

const char *verdict_word(enum verdict verdict)
{
	return words[verdict].record;
}

static void count(unsigned int *counter)
{
	__atomic_add_fetch(counter, 1, __ATOMIC_RELAXED);
}

void tally_count(struct tally *tally, enum verdict verdict)
{
	count(&tally->tests);
	switch (verdict) {
	case V_PASS: break;
	case V_SKIP: count(&tally->skipped); break;
	case V_XFAIL: count(&tally->expected); break;
	case V_KFAIL: count(&tally->known); break;
	default: count(&tally->unexpected);
	}
}

struct tally *report_tally(struct tally *tally)
{
	return __atomic_exchange_n(&current_tally, tally, __ATOMIC_ACQ_REL);
}

void report_count(enum verdict verdict)
{
	tally_count(__atomic_load_n(&current_tally, __ATOMIC_ACQUIRE), verdict);
}

struct tally report_counts(void)
{
	return *__atomic_load_n(&current_tally, __ATOMIC_ACQUIRE);
}

/* Not through vsnprintf(): the message goes into the line as it is formatted. */
static void say_human(const char *word, const char *fmt, va_list va)
{
	static const char cut[] = " [cut]";
	struct linebuf *line = linebuf_get();

	line->limit = LINEBUF_MAX - sizeof(cut);
	linebuf_string(line, word);
	linebuf_message(line, fmt, va);
	line->limit = LINEBUF_MAX;
	if (line->cut)
		linebuf_string(line, cut);
	linebuf_add(line, "\n", 1);
	linebuf_send_line(line, NULL);
}

void report_human(enum verdict verdict, const char *fmt, ...)
{
	va_list va;

	if (record_enabled())
		return;
	va_start(va, fmt);
	say_human(words[verdict].human, fmt, va);
	va_end(va);
}

static void say(enum verdict verdict, const char *file, int line, const char *fmt, va_list va)
{
	struct linebuf *r;

	report_count(verdict);
	if (!record_enabled()) {
		say_human(words[verdict].human, fmt, va);
		return;
	}
	r = record_begin("check");
	record_string(r, "v", words[verdict].record);
	if (verdict != V_PASS) {
		record_string(r, "file", file);
		record_number(r, "line", line);
	}
	record_message(r, "name", fmt, va);
	record_send(r);
}

/* INFO and ABORT: a line that is no verdict. */
static void say_text(bool abort, const char *fmt, va_list va)
{
	struct linebuf *r;

	if (!record_enabled()) {
		say_human(abort ? "ABORT: " : "INFO: ", fmt, va);
		return;
	}
	r = abort ? record_begin("abort") : record_begin("info");
	record_message(r, "text", fmt, va);
	record_send(r);
}

void __report(const char *file, int line, bool pass, const char *fmt, ...)
{
	va_list va;

	va_start(va, fmt);
	say(pass ? V_PASS : V_FAIL, file, line, fmt, va);
	va_end(va);
}

void __report_xfail(const char *file, int line, bool xfail, bool pass, const char *fmt, ...)
{
	va_list va;

	va_start(va, fmt);
	if (xfail)
		say(pass ? V_XPASS : V_XFAIL, file, line, fmt, va);
	else
		say(pass ? V_PASS : V_FAIL, file, line, fmt, va);
	va_end(va);
}

void __report_kfail(const char *file, int line, bool kfail, bool pass, const char *fmt, ...)
{
	va_list va;

	va_start(va, fmt);
	say(pass ? V_PASS : kfail ? V_KFAIL : V_FAIL, file, line, fmt, va);
	va_end(va);
}

void __report_skip(const char *file, int line, const char *fmt, ...)
{
	va_list va;

	va_start(va, fmt);
	say(V_SKIP, file, line, fmt, va);
	va_end(va);
}

void report_passed(void)
{
	report_count(V_PASS);
}

void report_info(const char *fmt, ...)
{
	va_list va;

	va_start(va, fmt);
	say_text(false, fmt, va);
	va_end(va);
}

void report_abort(const char *fmt, ...)
{
	va_list va;

	/* A fault while the abort itself is said leads here again: then say less each time. */
	if (console_close() <= 3) {
		va_start(va, fmt);
		say_text(true, fmt, va);
		va_end(va);
	}
	machine_end(127);
}
