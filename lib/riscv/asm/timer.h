/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The timer of the calling hart: one point in time, by stimecmp (Sstc) where the hart has it, else
 * by SBI. The interrupt (IRQ_S_TIMER) stays pending until the timer is started anew or stopped.
 */
#ifndef RISCV_ASM_TIMER_H
#define RISCV_ASM_TIMER_H

#include "libcflat.h"
#include "asm/csr.h"

static inline u64 timer_get_cycles(void)
{
	return csr_read(CSR_TIME);
}

static inline void timer_irq_enable(void)
{
	csr_set(CSR_SIE, IE_TIE);
}

static inline void timer_irq_disable(void)
{
	csr_clear(CSR_SIE, IE_TIE);
}

/* Whether this hart has stimecmp and may use it; tried once. */
bool timer_has_sstc(void);
/* Pending from the time on when the time CSR reaches ticks. */
void timer_set(u64 ticks);
/* Pending in so many microseconds. */
void timer_start(unsigned long duration_us);
/* Never. */
void timer_stop(void);

#endif
