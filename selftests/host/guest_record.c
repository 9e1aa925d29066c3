/* SPDX-License-Identifier: BSD-2-Clause */
/* What the guest's report functions write: human lines, records, aborts, and the exit. Each test is a machine: a child. */
#include "check.h"
#include "arch-hooks.h"
#include "guest_lib/lib.h"
#include "guest_lib/stream.h"

#define PLACE "file.c", 7

/* Called in the middle of each write, as an exception handler would be. */
static void (*inside)(void);

void arch_console_write(const char *data, size_t len)
{
	fwrite(data, 1, len / 2, stdout);
	if (inside)
		inside();
	fwrite(data + len / 2, 1, len - len / 2, stdout);
}

_Noreturn void arch_exit(int status)
{
	fflush(stdout);
	_exit(status);
}

static const char *output;
static json_t *records[200];
static unsigned int n_records;

static void forget(void)
{
	while (n_records)
		json_decref(records[--n_records]);
}

/* Runs a machine and reads its stream; text that is no record fails the check unless human. */
static void machine(void (*f)(void *), void *argument, int status_wanted, bool human)
{
	int status;

	output = check_child(f, argument, &status);
	CHECK_NUMBER(status, status_wanted);
	forget();
	for (const char *p = output, *end; !human && *p; p = end + 1) {
		end = strchr(p, '\n');
		if (!end || !(records[n_records] = stream_record(p, end, n_records))) {
			check_fail(__FILE__, __LINE__, p);
			return;
		}
		n_records++;
	}
}

static const char *member(unsigned int n, const char *key)
{
	return n < n_records ? stream_text(records[n], key) : "(no record)";
}

static long long number(unsigned int n, const char *key)
{
	return n < n_records ? json_integer_value(json_object_get(records[n], key)) : -1;
}

static void report_all(void *token)
{
	const void *frames[] = { (void *)0x1234, (void *)0xffffffff80000000 };

	if (token)
		record_set_token(token);
	__report(PLACE, true, "a %d", 1);
	report_prefix_push("outer");
	__report(PLACE, false, "b");
	report_prefix_pushf("in%s", "ner");
	__report_skip(PLACE, "c");
	__report_xfail(PLACE, true, false, "d");
	__report_xfail(PLACE, true, true, "e");
	report_prefix_pop();
	__report_xfail(PLACE, false, true, "f");
	__report_kfail(PLACE, true, false, "g");
	__report_kfail(PLACE, true, true, "h");
	__report_kfail(PLACE, false, false, "i");
	report_prefix_popn(1);
	report_passed();
	report_info("j");
	print_stack(frames, 2);
	vm_exit(report_summary());
}

static void test_human(void)
{
	machine(report_all, NULL, 1, true);
	CHECK_STRING(output, "PASS: a 1\nFAIL: outer: b\nSKIP: outer: inner: c\nXFAIL: outer: inner: d\n"
		"XPASS: outer: inner: e\nPASS: outer: f\nKFAIL: outer: g\nPASS: outer: h\nFAIL: outer: i\nINFO: j\n"
		"STACK: 1234 ffffffff80000000\n"
		"SUMMARY: 10 tests, 3 unexpected failures, 1 known failures, 1 expected failures, 1 skipped\n");
}

static void test_records(void)
{
	static const char *const names[] = { "a 1", "outer: b", "outer: inner: c", "outer: inner: d", "outer: inner: e",
		"outer: f", "outer: g", "outer: h", "outer: i" };
	static const char *const verdicts[] = { "pass", "fail", "skip", "xfail", "xpass", "pass", "kfail", "pass", "fail" };

	machine(report_all, TOKEN, 1, false);
	CHECK_NUMBER(n_records, 13);
	for (unsigned int i = 0; i < 9; i++) {
		CHECK_STRING(member(i, "k"), "check");
		CHECK_STRING(member(i, "v"), verdicts[i]);
		CHECK_STRING(member(i, "name"), names[i]);
		CHECK_STRING(member(i, "file"), strcmp(verdicts[i], "pass") == 0 ? "(none)" : "file.c");
	}
	CHECK_NUMBER(number(1, "line"), 7);
	CHECK_STRING(member(9, "text"), "j");
	CHECK_STRING(json_string_value(json_array_get(json_object_get(records[10], "ip"), 1)), "0xffffffff80000000");
	CHECK_STRING(member(11, "k"), "summary");
	CHECK_NUMBER(number(11, "tests"), 10);
	CHECK_NUMBER(number(11, "unexpected"), 3);
	CHECK_NUMBER(number(11, "known"), 1);
	CHECK_NUMBER(number(11, "expected"), 1);
	CHECK_NUMBER(number(11, "skipped"), 1);
	CHECK_STRING(member(12, "k"), "exit");
	CHECK_NUMBER(number(12, "status"), 1);
}

static void summarise(void *what)
{
	for (const char *p = what; *p; p++) {
		if (*p == 'p')
			report_passed();
		else
			__report_skip(PLACE, "s");
	}
	vm_exit(report_summary());
}

static void test_summary(void)
{
	machine(summarise, "", 77, true);
	CHECK_STRING(output, "SUMMARY: 0 tests\n");
	machine(summarise, "p", 0, true);
	CHECK_STRING(output, "SUMMARY: 1 tests\n");
	machine(summarise, "ps", 0, true);
	CHECK_STRING(output, "SKIP: s\nSUMMARY: 2 tests, 1 skipped\n");
	machine(summarise, "ss", 77, true);
}

static void say_all_bytes(void *unused)
{
	char text[256];

	(void)unused;
	for (int i = 1; i < 256; i++)
		text[i - 1] = (char)i;
	text[255] = '\0';
	record_set_token(TOKEN);
	report_info("%s", text);
	vm_exit(0);
}

static void test_escapes(void)
{
	const unsigned char *p;

	machine(say_all_bytes, NULL, 0, false);
	p = (const unsigned char *)member(0, "text");
	for (unsigned int i = 1; i < 256; i++, p += i > 0x80 ? 2 : 1) {
		unsigned int c = i < 0x80 ? p[0] : (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);

		CHECK_NUMBER(c, i);
	}
}

/* argument: the length, and the byte that is repeated. */
static void say_long(void *argument)
{
	const int *a = argument;
	char *text = malloc((size_t)a[0] + 1);

	memset(text, a[1], (size_t)a[0]);
	text[a[0]] = '\0';
	record_set_token(TOKEN);
	for (int i = 0; i < 12; i++)	/* 1 to 2 digits of SEQ */
		report_info("%s%.*s", text, i, "xxxxxxxxxxxxxxx");
	vm_exit(0);
}

static void test_long(void)
{
	static const char bytes[] = "y\"\001\377";

	for (int b = 0; b < 4; b++) {
		int size = b == 0 ? 1 : 6;

		for (int len = 3960 / size; len <= 4200 / size; len += 11) {
			machine(say_long, (int[]){ len, (unsigned char)bytes[b] }, 0, false);
			CHECK_NUMBER(n_records, 13);
			for (unsigned int i = 0; i < 12; i++) {
				bool cut = json_is_true(json_object_get(records[i], "cut"));
				size_t got = strlen(member(i, "text"));

				/* What a line has beside the text: head 46, {"k":"info","text":" 20, the end 15. */
				CHECK_NUMBER(cut, (unsigned int)(len * size) + i > 4096 - 46 - 20 - 15);
				CHECK(len * size < 4096 - 46 - 20 - 15 || !strchr(member(i, "text"), 'x'));
				if (b != 3)
					CHECK(cut ? got * size > 4000 : got == (size_t)len + i);
			}
		}
	}
}

static void print_long(void *unused)
{
	(void)unused;
	vm_printf("%9000s|%s\n", "right", "end");
	vm_exit(0);
}

/* Nothing of a number is lost to a text before it that fills the line. */
static void say_place(void *argument)
{
	const int *len = argument;
	char *file = malloc((size_t)*len + 1);

	memset(file, 'f', (size_t)*len);
	file[*len] = '\0';
	record_set_token(TOKEN);
	__report(file, 4294967, false, "x");
	vm_exit(0);
}

static void test_room(void)
{
	for (int len = 3940; len < 4060; len++) {
		const json_t *line;

		machine(say_place, &len, 0, false);
		line = n_records ? json_object_get(records[0], "line") : NULL;
		CHECK(!line || json_integer_value(line) == 4294967);
		CHECK((line && n_records && json_object_get(records[0], "name")) ||
		      json_is_true(json_object_get(records[0], "cut")));
	}
}

static void test_printf_long(void)
{
	machine(print_long, NULL, 0, true);
	CHECK_NUMBER(strlen(output), 9005);
	CHECK_HAS(output, " right|end\n");
}

static void open_line(void *token)
{
	if (token)
		record_set_token(token);
	vm_printf("no newline");
	__report(PLACE, true, "x");
	vm_printf("text\n");
	report_info("y");
	vm_exit(0);
}

static void test_line_start(void)
{
	machine(open_line, NULL, 0, true);
	CHECK_STRING(output, "no newline\nPASS: x\ntext\nINFO: y\n");
	machine(open_line, TOKEN, 0, true);
	CHECK_HAS(output, "no newline\n@vmunit1 " TOKEN);
	CHECK_HAS(output, "}\ntext\n@vmunit1 " TOKEN);
}

static void die(void *how)
{
	switch (*(const char *)how) {
	case 'a':
		report_abort("because %d", 5);
	case 'A':
		record_set_token(TOKEN);
		report_abort("because %d", 5);
	case 'e':
		vm_exit(128);
	case 'E':
		vm_exit(-1);
	case 't':
		record_set_token("0123456789ABCDEF");
		break;
	case 'T':
		record_set_token("0123");
		break;
	case 'p':
		report_prefix_pop();
		break;
	case 'd':
		for (;;)
			report_prefix_push("x");
	case 'l':
		for (;;)
			report_prefix_pushf("%500s", "x");
	case 's':
		__assert_failed(PLACE, "a == b", NULL);
	case 'S':
		__assert_failed(PLACE, "a == b", "%d is not %d", 1, 2);
	}
}

static void test_aborts(void)
{
	static const struct {
		const char *how, *text;
	} rows[] = {
		{ "a", "ABORT: because 5\n" },
		{ "e", "ABORT: exit(128): " }, { "E", "ABORT: exit(-1): " },
		{ "t", "ABORT: vmunit.token=0123456789ABCDEF is not" }, { "T", "ABORT: vmunit.token=0123 is not" },
		{ "p", "ABORT: report_prefix_popn(1): there are 0" }, { "d", "more than 64 prefixes" },
		{ "l", "longer than 1024 bytes" },
		{ "s", "ABORT: file.c:7: assert failed: a == b\n" },
		{ "S", "ABORT: file.c:7: assert failed: a == b: 1 is not 2\n" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		machine(die, (void *)rows[i].how, 127, true);
		CHECK_HAS(output, rows[i].text);
	}
	machine(die, "A", 127, false);
	CHECK_STRING(member(0, "k"), "abort");
	CHECK_STRING(member(0, "text"), "because 5");
	CHECK_STRING(member(1, "k"), "exit");
	CHECK_NUMBER(number(1, "status"), 127);
}

static int times;

static void report_once(void)
{
	if (times++ == 0) {
		report_info("one");
		vm_printf("two");
		report_info("three");
	}
}

static void abort_once(void)
{
	if (times++ == 0)
		report_abort("inside");
}

static void abort_always(void)
{
	report_abort("%d", times++);
}

static void report_much(void)
{
	if (times++ == 0)
		for (int i = 0; i < 20; i++)
			report_info("%1000s", "x");
}

/* Reports with a handler inside the first write. */
static void interrupted(void *handler)
{
	record_set_token(TOKEN);
	inside = *(void (**)(void))handler;
	report_info("outer");
	vm_exit(0);
}

static void test_inside(void)
{
	static void (*const handlers[])(void) = { report_once, abort_once, abort_always, report_much };
	const char *abort_record;

	machine(interrupted, (void *)&handlers[0], 0, true);
	CHECK_HAS(output, "\"text\":\"one\"}\ntwo\n@vmunit1");
	machine(interrupted, (void *)&handlers[1], 127, true);
	abort_record = strstr(output, " 1 {\"k\":\"abort\"");
	/* It begins a line of its own: the head is 34 bytes. */
	CHECK(abort_record && abort_record[-35] == '\n');
	CHECK_HAS(output, " 1 {\"k\":\"abort\",\"text\":\"inside\"}\n");
	CHECK_HAS(output, " 2 {\"k\":\"exit\",\"status\":127}\n");
	machine(interrupted, (void *)&handlers[2], 127, true);
	machine(interrupted, (void *)&handlers[3], 127, false);
	CHECK_STRING(member(n_records - 2, "k"), "abort");
	CHECK_HAS(member(n_records - 2, "text"), "pieces of text were lost");
}

int main(void)
{
	RUN(test_human);
	RUN(test_records);
	RUN(test_summary);
	RUN(test_escapes);
	RUN(test_long);
	RUN(test_room);
	RUN(test_printf_long);
	RUN(test_line_start);
	RUN(test_aborts);
	RUN(test_inside);
	forget();
	return check_status();
}
