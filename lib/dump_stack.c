/* SPDX-License-Identifier: BSD-2-Clause */
/* Stack traces: return addresses for the runner to decode. Not here: walking the frames (arch_backtrace()). */
#include "arch-hooks.h"
#include "record.h"

#define FRAMES_MAX 32

static void say_human(const void *const *frames, int n)
{
	struct linebuf *line = linebuf_get();

	linebuf_string(line, "STACK:");
	for (int i = 0; i < n; i++) {
		char text[24];

		linebuf_add(line, text, snprintf(text, sizeof(text), " %lx", (unsigned long)frames[i]));
	}
	linebuf_add(line, "\n", 1);
	linebuf_send_line(line, NULL);
}

void print_stack(const void *const *frames, int n)
{
	struct linebuf *r;

	if (n <= 0)
		return;
	n = MIN(n, FRAMES_MAX);
	if (!record_enabled()) {
		say_human(frames, n);
		return;
	}
	r = record_begin("trace");
	record_number(r, "cpu", arch_cpu_id());
	record_addresses(r, "ip", frames, n);
	record_send(r);
}

void dump_stack(void)
{
	const void *frames[FRAMES_MAX];

	print_stack(frames, arch_backtrace(NULL, frames, FRAMES_MAX));
}
