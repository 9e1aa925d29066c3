/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of a case, or of the image, by an exception that nobody expected. What is said of it:
 * exception-report.c.
 */
#include "arch-hooks.h"
#include "case.h"
#include "exceptions.h"
#include "asm/setup.h"

#define MAX_FRAMES	32
#define TEXT_SIZE	2048

_Noreturn void unhandled_exception(enum vector v, struct pt_regs *regs, unsigned long syndrome)
{
	static volatile bool reporting[NR_CPUS];
	volatile bool *again = &reporting[arch_cpu_id()];
	const void *frames[MAX_FRAMES];
	/* Not on the emergency stack, which is small; two CPUs at once garble words, no more. */
	static char text[TEXT_SIZE];
	int n;

	if (*again) {
		arch_console_write("\nABORT: exception while reporting an exception\n", 47);
		arch_exit(127);
	}
	*again = true;
	format_exception(text, sizeof(text), v, regs, syndrome);
	n = exception_frames(regs, frames, MAX_FRAMES);
	*again = false;
	case_unexpected_exception(text, frames, n);
}
