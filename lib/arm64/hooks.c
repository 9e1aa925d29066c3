/* SPDX-License-Identifier: BSD-2-Clause */
/* Hooks of arch-hooks.h that are an instruction or two on arm64. */
#include "arch-hooks.h"
#include "exceptions.h"
#include "asm/processor.h"
#include "asm/setup.h"

/* The start code stores the number; nothing else uses the register. */
int arch_cpu_id(void)
{
	return (int)read_sysreg(tpidr_el1);
}

int arch_cpu_count(void)
{
	return nr_cpus ? nr_cpus : 1;
}

unsigned long arch_irq_save(void)
{
	unsigned long daif = read_sysreg(daif);

	local_irq_disable();
	return daif;
}

void arch_irq_restore(unsigned long state)
{
	write_sysreg(state, daif);
}

void arch_cpu_relax(void)
{
	cpu_relax();
}

void arch_case_end(void)
{
	local_irq_disable();
	exceptions_reset_handlers();
	exceptions_reset_catches();
}
