/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The prefixes of report messages: one stack for the image. Kept as the text that a line shows, so that a line needs
 * one copy. A context that interrupts a push sees the stack before it.
 */
#include "libcflat.h"
#include "prefix.h"

#define DEPTH_MAX	64
#define TEXT_MAX	1024

static char text[TEXT_MAX + 1];
static size_t ends[DEPTH_MAX + 1];	/* ends[n]: where the text of n prefixes ends */
static int depth;

int prefix_depth(void)
{
	return __atomic_load_n(&depth, __ATOMIC_ACQUIRE);
}

void prefix_restore(int to)
{
	__atomic_store_n(&depth, to, __ATOMIC_RELEASE);
}

void prefix_put(struct sink *sink)
{
	size_t len = ends[prefix_depth()];

	if (len)
		sink->put(sink, text, len);
}

static void push(const char *fmt, va_list va)
{
	int n = prefix_depth();
	size_t start = ends[n], room = sizeof(text) - start;
	size_t len;

	if (n == DEPTH_MAX)
		report_abort("report_prefix_push: more than %d prefixes", DEPTH_MAX);
	len = vsnprintf(text + start, room, fmt, va);
	if (len + 2 >= room)
		report_abort("report_prefix_push: the prefixes are longer than %d bytes", TEXT_MAX);
	memcpy(text + start + len, ": ", 2);
	ends[n + 1] = start + len + 2;
	prefix_restore(n + 1);
}

void report_prefix_pushf(const char *fmt, ...)
{
	va_list va;

	va_start(va, fmt);
	push(fmt, va);
	va_end(va);
}

void report_prefix_push(const char *prefix)
{
	report_prefix_pushf("%s", prefix);
}

void report_prefix_popn(int n)
{
	int has = prefix_depth();

	if (n < 0 || n > has)
		report_abort("report_prefix_popn(%d): there are %d prefixes", n, has);
	prefix_restore(has - n);
}

void report_prefix_pop(void)
{
	report_prefix_popn(1);
}
