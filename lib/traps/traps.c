/* SPDX-License-Identifier: BSD-2-Clause */
/* Traps that are expected, and the report of one that is not: see traps.h. */
#include "arch-hooks.h"
#include "case.h"
#include "frames.h"
#include "asm/processor.h"

#define MAX_FRAMES	32
#define TEXT_SIZE	1600

enum { KIND_TRY, KIND_QUIET };		/* EX_TRY, EX_QUIET */

extern const struct exception_entry {
	unsigned long from, to, kind;
} exception_table_start[], exception_table_end[];

const struct trap_record *trap_record(void)
{
	return &trap_state()->record;
}

void trap_record_clear(void)
{
	trap_state()->record.raised = false;
}

void trap_record_restore(const struct trap_record *record)
{
	trap_state()->record = *record;
}

static void remember(const struct pt_regs *regs)
{
	trap_state()->record = (struct trap_record){ .raised = true, .regs = *regs };
}

static const struct exception_entry *find_entry(const struct pt_regs *regs)
{
	const struct exception_entry *entry;

	for (entry = exception_table_start; entry < exception_table_end; entry++)
		if (trap_pc(regs) >= entry->from && trap_pc(regs) < entry->to)
			return entry;
	return NULL;
}

bool trap_expected(struct pt_regs *regs)
{
	const struct exception_entry *entry = trap_in_kernel(regs) ? find_entry(regs) : NULL;
	struct trap_state *state = trap_state();
	struct catch *c = state->innermost;

	if (entry) {
		if (entry->kind == KIND_TRY)
			remember(regs);
		trap_set_pc(regs, entry->to);
		return true;
	}
	if (!c)
		return false;
	/* On in catch_trap() or run_user(), as the kernel. */
	remember(regs);
	state->innermost = c->outer;
	trap_resume(regs, c);
	return true;
}

void catch_push(struct catch *c)
{
	struct trap_state *state = trap_state();

	state->record.raised = false;
	c->outer = state->innermost;
	c->status = trap_status();
	state->innermost = c;
}

bool catch_trap(void (*function)(void *data), void *data)
{
	struct catch c;

	catch_push(&c);
	if (setjmp(c.env))
		return true;
	function(data);
	trap_state()->innermost = c.outer;
	return false;
}

bool try_read_word(const void *address, unsigned long *value)
{
	unsigned long word = 0, failed = 1;

	__asm__ __volatile__("1: ld %0, 0(%2)\n\t"
			     "li %1, 0\n"
			     "2:\n\t"
			     EX_ENTRY("1b", "2b", EX_QUIET)
			     : "+&r" (word), "+&r" (failed) : TRAP_BASE (address) : "memory");
	*value = word;
	return !failed;
}

void trap_report(struct pt_regs *regs, const char *before, unsigned long from)
{
	struct trap_state *state = trap_state();
	const void *frames[MAX_FRAMES];
	char text[TEXT_SIZE];
	size_t len;
	int n;

	if (state->reporting) {
		/* The report itself traps: say it with next to no code, and leave. */
		arch_console_write("\nABORT: trap while reporting a trap\n", 36);
		arch_exit(127);
	}
	__atomic_store_n(&state->reporting, 1, __ATOMIC_SEQ_CST);
	len = snprintf(text, sizeof(text), "%s", before);
	format_trap(text + len, sizeof(text) - len, regs);
	if (from)
		trap_set_pc(regs, from);
	n = trap_frames(regs, frames, MAX_FRAMES);
	__atomic_store_n(&state->reporting, 0, __ATOMIC_SEQ_CST);
	case_unexpected_exception(text, frames, n);
}
