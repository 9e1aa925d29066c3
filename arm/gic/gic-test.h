/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the test share: interrupts of our own, and looking at what is signalled. */
#ifndef GIC_TEST_H
#define GIC_TEST_H

#include "libcflat.h"
#include "asm/gic.h"

/* SPIs without a device: the highest numbers, downwards. */
#define N_SPI	3
extern int spi[N_SPI];

/*
 * The SPIs are disabled, inactive, of equal priority and CPU 0's; PMR lets all but the lowest
 * through.
 */
void reset_spis(void);
/*
 * Disables it and makes it edge-triggered: what software makes pending is then one edge, which an
 * acknowledgement takes.
 */
void make_edge(int irq);
/* Makes it pending. */
void pend(int irq);
/* What is signalled now, acknowledged. An SGI may be on its way for a moment. */
u32 acknowledge(void);
/* Whether an interrupt is signalled to this CPU: ISR_EL1. */
bool signalled(void);
/* Nothing must come; a GIC that is slow gets a moment to be wrong. */
void expect_nothing(const char *when);
char *dist(void);

#endif
