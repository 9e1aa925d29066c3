/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting by the virtual counter. */
#ifndef ARM_ASM_DELAY_H
#define ARM_ASM_DELAY_H

#include "libcflat.h"

/* Ticks of the counter; microseconds; milliseconds. Interrupts, if enabled, come meanwhile. */
void delay(u64 cycles);
void udelay(unsigned long us);
void mdelay(unsigned long ms);

#endif
