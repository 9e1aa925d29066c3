// SPDX-License-Identifier: BSD-2-Clause
/* Hooks of arch-hooks.h that are one instruction on x86. */
#include "arch-hooks.h"
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
