/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of this test share: cases for both modes, and an IPI whose receivers are counted. */
#ifndef IPI_TEST_H
#define IPI_TEST_H

#include "../apic_test.h"
#include "x86/smp.h"

#define VECTOR		0x61
#define FIXED		(APIC_DM_FIXED | APIC_INT_ASSERT | VECTOR)
#define PHYSICAL	(APIC_DEST_PHYSICAL | FIXED)
#define LOGICAL		(APIC_DEST_LOGICAL | FIXED)
#define FLAT_CPUS	8
#define NO_APIC_ID	0xfdu		/* no CPU has it */

#define NEEDS_TWO	require_msg(cpu_count() >= 2, "needs two CPUs")

/* The APIC of every CPU in one mode, ready and with nothing to do; VECTOR is counted. */
void everyone_xapic(void);
void everyone_x2apic(void);

/* One body, two cases: xapic_NAME and x2apic_NAME. */
#define EVERYONE_IN_BOTH_MODES(name_, text_)				\
	static void name_(void);					\
	CASE(xapic_##name_, "xAPIC: " text_)				\
	{								\
		everyone_xapic();					\
		name_();						\
	}								\
	CASE(x2apic_##name_, "x2APIC: " text_)				\
	{								\
		everyone_x2apic();					\
		name_();						\
	}								\
	static void name_(void)

/* How many interrupts of VECTOR, and how many NMIs once receive_nmi() handles them, each CPU has got. */
extern u32 received[MAX_TEST_CPUS], nmis[MAX_TEST_CPUS];
void receive(isr_regs_t *regs);
void receive_nmi(struct ex_regs *regs);

/* For on_cpus(): enables interrupts long enough for all that is pending. */
void let_in(void *unused);
/*
 * For a sender, VECTOR is its IPI: calls send(arg), and compares what every CPU got: one for each bit of set, in the
 * order of CPUs.
 */
void expect_sent(void (*send)(void *arg), void *arg, u32 set, const char *what, u64 value);
/* The same for an IPI by ICR. */
void expect_ipi(u32 icr, u32 dest, u32 set, const char *what);
u32 all_cpus(void);

/* For on_cpu(): loads APIC_LDR. */
void set_ldr(void *ldr);
/* Each CPU its bit, in the order of CPUs: the flat model. Skips the case where there are too many. */
void everyone_flat(void);

/* Waits until *value is at least n; false if it is not in time. */
bool wait_count(const u32 *value, u32 n);

#endif
