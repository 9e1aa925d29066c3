/* SPDX-License-Identifier: BSD-2-Clause */
/* The generic timers of EL1 and EL0 (Arm ARM, chapter D12) and their interrupts, which the device tree says. */
#ifndef ARM_ASM_TIMER_H
#define ARM_ASM_TIMER_H

#include "libcflat.h"
#include "bitops.h"

#define ARCH_TIMER_CTL_ENABLE	BIT(0)
#define ARCH_TIMER_CTL_IMASK	BIT(1)
#define ARCH_TIMER_CTL_ISTATUS	BIT(2)

/* In the order of the device tree's interrupts (Linux, bindings/timer/arm,arch_timer.yaml). */
enum arch_timer {
	ARCH_TIMER_SECURE,
	ARCH_TIMER_PHYSICAL,
	ARCH_TIMER_VIRTUAL,
	ARCH_TIMER_HYP,
	ARCH_TIMER_HYP_VIRTUAL,
	ARCH_TIMERS,
};

/* [weak: itself] Which one the registers of timer reach at the library's level, EL1 or EL2. */
enum arch_timer timer_meant(enum arch_timer timer);

/* Its interrupt as the GIC numbers it; -1 where the device tree does not say. */
int timer_irq(enum arch_timer timer);

#define TIMER_PTIMER_IRQ	(timer_irq(ARCH_TIMER_PHYSICAL))
#define TIMER_VTIMER_IRQ	(timer_irq(ARCH_TIMER_VIRTUAL))
#define TIMER_HPTIMER_IRQ	(timer_irq(ARCH_TIMER_HYP))
#define TIMER_HVTIMER_IRQ	(timer_irq(ARCH_TIMER_HYP_VIRTUAL))

#endif
