/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * selftest: what every test takes for granted of the library and the machine under it: arguments and environment
 * arrive as docs/protocol.md says, memory holds what was written to it, printf formats, every CPU runs code and sees the
 * others' stores, time goes forward. Its entry gives the arguments that are expected here.
 */
#include "case.h"
#include "alloc_page.h"
#include "arch-hooks.h"
#include "asm/page.h"
#include "on-cpus.h"

static int argument_count;
static char **arguments;

CASE(argv, "words, quotes and empty words of the command line")
{
	insist_eq(argument_count, 5);
	expect_eq(strcmp(arguments[1], "one"), 0);
	expect_eq(strcmp(arguments[2], "two words"), 0);
	expect_eq(strcmp(arguments[3], "number=3"), 0);
	expect_eq(atol(arguments[4]), -17);
	expect_eq((ulong)arguments[5], 0);
}

CASE(environ, "variables, empty ones, and ones that are not there")
{
	const char *greeting = getenv("GREETING"), *empty = getenv("EMPTY");

	insist(greeting != NULL);
	expect_eq(strcmp(greeting, "hello"), 0);
	insist(empty != NULL);
	expect_eq(strlen(empty), 0);
	expect(getenv("GREETIN") == NULL);
	expect(getenv("GREETING=hello") == NULL);
	expect(getenv("") == NULL);
}

CASE(data, "initialised data, zeroed data and constants are what the compiler said")
{
	static u32 initialised[3] = { 0x11223344, 0, 0xffffffff };
	static u8 zeroed[3 * 4096];
	u32 any = 0;

	expect_eq(initialised[0], 0x11223344);
	expect_eq(initialised[2], 0xffffffff);
	for (size_t i = 0; i < sizeof(zeroed); i++)
		any |= zeroed[i];
	expect_eq(any, 0);
}

/* Every page gets a pattern of its own address, and all are compared after all are written: no two are the same. */
CASE(memory, "pages are distinct and hold what was written")
{
	enum { PAGES = 64 };
	static ulong *pages[PAGES];

	for (int i = 0; i < PAGES; i++) {
		pages[i] = alloc_page();
		insist(pages[i] != NULL);
		insist_eq((ulong)pages[i] & (PAGE_SIZE - 1), 0);
		for (size_t w = 0; w < PAGE_SIZE / sizeof(ulong); w += 64)
			pages[i][w] = (ulong)&pages[i][w] ^ 0x5a5a5a5aul;
	}
	for (int i = 0; i < PAGES; i++) {
		for (size_t w = 0; w < PAGE_SIZE / sizeof(ulong); w += 64)
			expect_eq(pages[i][w], (ulong)&pages[i][w] ^ 0x5a5a5a5aul);
		free_page(pages[i]);
	}
}

CASE(fresh_memory, "a page from the allocator is zero, also one that was used before")
{
	u8 *page = alloc_page(), any = 0;

	memset(page, 0xa5, PAGE_SIZE);
	free_page(page);
	page = alloc_page();
	for (size_t i = 0; i < PAGE_SIZE; i++)
		any |= page[i];
	expect_eq(any, 0);
	free_page(page);
}

static bool formats(const char *expected, const char *fmt, ...)
{
	char buf[64];
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(buf, sizeof(buf), fmt, args);
	va_end(args);
	return n == (int)strlen(expected) && !strcmp(buf, expected);
}

CASE(printf, "conversions, widths, lengths and bounds")
{
	char small[4];

	expect(formats("-1 4294967295 ff FF 0x2a", "%d %u %x %X %#x", -1, -1, 255, 255, 42));
	expect(formats("[   7] [7   ] [0007] [+7]", "[%4d] [%-4d] [%04d] [%+d]", 7, 7, 7, 7));
	expect(formats("18446744073709551615 8000000000000000", "%" PRIu64 " %" PRIx64, (u64)-1, (u64)1 << 63));
	expect(formats("abc ab c %", "%s %.2s %c %%", "abc", "abc", 'c'));
	expect(formats("-128 255 65535", "%hhd %hhu %hu", 128, 255, 65535));
	expect_eq(snprintf(small, sizeof(small), "%d", 123456), 6);
	expect_eq(strcmp(small, "123"), 0);
}

static volatile int seen[512];
static volatile u32 next_value;

static void say_number(void *unused)
{
	(void)unused;
	seen[arch_cpu_id()]++;
}

CASE(every_cpu, "each CPU runs a function once, under its own number")
{
	require(arch_cpu_count() <= (int)ARRAY_SIZE(seen));
	on_cpus(say_number, NULL);
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++)
		expect_eq_msg(seen[cpu], 1, "CPU %d", cpu);
}

static void increment(void *unused)
{
	(void)unused;
	for (int i = 0; i < 200; i++)
		__atomic_fetch_add(&next_value, 1, __ATOMIC_SEQ_CST);
}

CASE(atomic, "no increment is lost between CPUs")
{
	next_value = 0;
	on_cpus(increment, NULL);
	expect_eq(next_value, 200 * arch_cpu_count());
}

CASE(time, "the clock goes forward and never back")
{
	u64 start = arch_time_ns(), last = start, now = start;

	require_msg(start != 0, "no clock");
	for (int i = 0; i < 1000; i++) {
		now = arch_time_ns();
		expect_ge(now, last);
		last = now;
	}
	expect_gt(now, start);
}

int main(int argc, char **argv)
{
	argument_count = argc;
	arguments = argv;
	return run_cases();
}

static int ended;

static void note_end(void)
{
	ended++;
}

CASE(end_function, "case_at_end() takes a function twice, and calls it behind the case only")
{
	case_at_end(note_end);
	case_at_end(note_end);
	expect_eq(ended, 0);
}

CASE(end_function_called, "it was called once, behind the case before")
{
	require_msg(ended, "the case before did not run");
	expect_eq(ended, 1);
}
