/* SPDX-License-Identifier: BSD-2-Clause */
/* What a port need not write at first: weak defaults of arch-hooks.h, good for one CPU and no interrupts. */
#include "arch-hooks.h"

#define WEAK __attribute__((weak))

WEAK const char *arch_command_line(void)
{
	return NULL;
}

WEAK void arch_ready(void)
{
}

WEAK const char *arch_environment(size_t *len)
{
	*len = 0;
	return NULL;
}

WEAK int arch_cpu_id(void)
{
	return 0;
}

WEAK int arch_cpu_count(void)
{
	return 1;
}

WEAK unsigned long arch_irq_save(void)
{
	return 0;
}

WEAK void arch_irq_restore(unsigned long state)
{
	(void)state;
}

WEAK bool arch_kick_cpu(int cpu)
{
	(void)cpu;
	return false;
}

WEAK bool arch_recall_cpu(int cpu)
{
	(void)cpu;
	return false;
}

WEAK void arch_cpu_relax(void)
{
}

WEAK uint64_t arch_time_ns(void)
{
	return 0;
}

WEAK int arch_backtrace(const void *frame, const void **frames, int max)
{
	(void)frame;
	(void)frames;
	(void)max;
	return 0;
}

WEAK void arch_case_end(void)
{
}

WEAK uint32_t arch_hostop_magic(void)
{
	return 0;
}

WEAK void arch_hostop_ring(uint32_t address)
{
	(void)address;
}
