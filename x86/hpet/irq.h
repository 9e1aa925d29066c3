/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts of the HPET's timers, each on a line of its own of the I/O APIC: one from 16 to 23
 * that its INT_ROUTE_CAP has, or where there are none (pc) by legacy replacement, timers 0 and 1
 * only. Timers are armed while the counter is halted, and let go at once: no comparator can be
 * missed. That nothing comes is said by a sentinel, a later match of another timer: what was to
 * come before it has been sent when its status bit is seen.
 */
#ifndef HPET_IRQ_H
#define HPET_IRQ_H

#include "hpet_test.h"
#include "x86/apic.h"

#define IRQ_VECTOR(timer)	(0xdf - (timer))
#define NEVER			~0u

struct irq {
	u8 vector;
	u32 status;		/* of the timers, before it is cleared */
	u32 comparator;		/* lower half */
	u64 counter;		/* read first */
};

#define MAX_IRQS	64
extern struct irq irqs[MAX_IRQS];
extern volatile u32 irq_count;
/* The interrupts of level-triggered timers clear their status bit, from this one on. */
extern volatile u32 ack_from;
/* Timers 0 to irq_timers - 1 have a line; whether it is by legacy replacement. */
extern unsigned int irq_timers;
extern bool irq_legacy;

/*
 * Begins a case: at least that many timers with lines, or it is skipped. All lines masked, the PIT
 * and the RTC silent, no interrupt pending or noted.
 */
void irq_prepare(unsigned int timers);
/* The line of a timer. */
unsigned int irq_line(unsigned int timer);
/* Configures it, with its route, and writes the comparator: the lower half alone in 32-bit mode. */
void irq_set(unsigned int timer, u32 bits, u64 comparator);
/* Takes it away: no later match, no status, its line masked. The counter is halted. */
void irq_off(unsigned int timer);
/* Lets its interrupts in. */
void irq_listen(unsigned int timer, enum trigger_mode mode);
/* Lets the counter run. */
void irq_go(void);
/* Enables interrupts until n have come in all; false if they do not. */
bool irq_wait(u32 n);
/* Enables interrupts for what is pending; returns how many have come in all. */
u32 irq_drain(void);
/* A sentinel on that timer: see above. Set it before irq_go(). */
void sentinel_set(unsigned int timer, u64 comparator);
/*
 * Waits for it, lets in what is pending and returns how many interrupts have come in all; NEVER if
 * it does not pass.
 */
u32 sentinel_pass(unsigned int timer);
/* How a line of the 8259A begins to deliver to this CPU, and the I/O APIC stops. */
void pic_listen(unsigned int line);
/* A handler for other vectors: notes and acknowledges as the others do, for that timer. */
void irq_handle(unsigned int vector, unsigned int timer);
/* Has counter 0 of the 8254 interrupt each millisecond. */
void pit_periodic(void);
/* Waits for 55 ms by counter 2 of the 8254, for what must not happen while the HPET stands. */
void pit_pass(void);

#endif
