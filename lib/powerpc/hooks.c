/* SPDX-License-Identifier: BSD-2-Clause */
/* Hooks of arch-hooks.h that are an instruction or two on POWER. */
#include "arch-hooks.h"
#include "asm/processor.h"

unsigned long arch_irq_save(void)
{
	unsigned long state = mfmsr() & MSR_EE;

	local_irq_disable();
	return state;
}

void arch_irq_restore(unsigned long state)
{
	if (state & MSR_EE)
		local_irq_enable();
}

void arch_cpu_relax(void)
{
	cpu_relax();
}
