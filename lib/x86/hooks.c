/* SPDX-License-Identifier: BSD-2-Clause */
/* Hooks of arch-hooks.h that are one instruction on x86. */
#include "arch-hooks.h"
#include "x86/exceptions.h"
#include "x86/processor.h"

unsigned long arch_irq_save(void)
{
	unsigned long flags = read_rflags();

	cli();
	return flags & X86_EFLAGS_IF;
}

void arch_irq_restore(unsigned long state)
{
	if (state)
		sti();
}

void arch_cpu_relax(void)
{
	pause();
}

/* A case that ended by longjmp() may have left test_for_exception() or run_in_user() that way. */
void arch_case_end(void)
{
	exceptions_reset();
}
