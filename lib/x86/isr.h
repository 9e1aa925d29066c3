/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupt handlers. They see the same registers as handlers of exceptions, see exceptions.h. */
#ifndef X86_ISR_H
#define X86_ISR_H

#include "x86/exceptions.h"

typedef struct ex_regs isr_regs_t;

/*
 * Calls func for vector vec (0 to 255) on every CPU, NULL: none; and sets the gate, if a test has changed it. The
 * handler acknowledges to the APIC (eoi()) itself.
 */
void handle_irq(unsigned int vec, void (*func)(isr_regs_t *regs));

/*
 * Does what an interrupt with that vector would do, by software but without INT n: for vectors that were taken from
 * the APIC already (VMX's "acknowledge interrupt on exit"). Returns when the handler has; ring 0 only.
 */
void handle_external_interrupt(uint32_t vector);

#endif
