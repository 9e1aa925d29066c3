/* SPDX-License-Identifier: BSD-2-Clause */
/* Hooks of arch-hooks.h that are one instruction on RISC-V. */
#include "arch-hooks.h"
#include "asm/barrier.h"
#include "asm/csr.h"

unsigned long arch_irq_save(void)
{
	return csr_read_clear(CSR_SSTATUS, SR_SIE) & SR_SIE;
}

void arch_irq_restore(unsigned long state)
{
	csr_set(CSR_SSTATUS, state & SR_SIE);
}

void arch_cpu_relax(void)
{
	cpu_relax();
}
