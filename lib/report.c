/* SPDX-License-Identifier: BSD-2-Clause */
/* report() and its family: verdicts as human lines or, with a token, as records. Not here: prefixes, SUMMARY. */
#include "console.h"
#include "machine.h"
#include "prefix.h"
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

/* Says in the line itself that it had to be cut; a record has a member for that. */
static void send_human(struct linebuf *line)
{
	static const char cut[] = " [cut]";

	line->limit = LINEBUF_MAX;
	if (line->cut)
		linebuf_add(line, cut, sizeof(cut) - 1);
	linebuf_add(line, "\n", 1);
	console_line(line->text, line->len);
	linebuf_put(line);
}

static struct linebuf *begin_human(const char *word)
{
	struct linebuf *line = linebuf_get();

	line->limit = LINEBUF_MAX - 16;
	linebuf_string(line, word);
	prefix_add(line);
	return line;
}

/* The prefixes and the message. A buffer of its own, because a record has to escape it. */
static struct linebuf *message(const char *fmt, va_list va)
{
	struct linebuf *line = linebuf_get();

	prefix_add(line);
	linebuf_format(line, fmt, va);
	return line;
}

static void say_human(const char *word, const char *fmt, va_list va)
{
	struct linebuf *line = begin_human(word);

	linebuf_format(line, fmt, va);
	send_human(line);
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
	struct linebuf *text, *r;

	report_count(verdict);
	if (!record_enabled()) {
		say_human(words[verdict].human, fmt, va);
		return;
	}
	text = message(fmt, va);
	r = record_begin("check");
	record_string(r, "v", words[verdict].record);
	if (verdict != V_PASS) {
		record_string(r, "file", file);
		record_number(r, "line", line);
	}
	r->cut |= text->cut;
	record_bytes(r, "name", text->text, text->len);
	linebuf_put(text);
	record_send(r);
}

/* INFO and ABORT: a line that is no verdict. */
static void say_text(const char *kind, const char *word, const char *fmt, va_list va)
{
	struct linebuf *text, *r;

	if (!record_enabled()) {
		say_human(word, fmt, va);
		return;
	}
	text = message(fmt, va);
	r = record_begin(kind);
	r->cut |= text->cut;
	record_bytes(r, "text", text->text, text->len);
	linebuf_put(text);
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
	say_text("info", "INFO: ", fmt, va);
	va_end(va);
}

void report_abort(const char *fmt, ...)
{
	va_list va;

	/* A fault while the abort itself is said leads here again: then say less each time. */
	if (console_close() <= 3) {
		va_start(va, fmt);
		say_text("abort", "ABORT: ", fmt, va);
		va_end(va);
	}
	machine_end(127);
}
