/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of this test share: guests that are ready to run, and how they are seen to end. */
#ifndef NESTED_TEST_H
#define NESTED_TEST_H

#include "case.h"
#include "asm/processor.h"
#include "ppc64/nested.h"

/* How a guest ends that called its hypervisor, and by what its own interrupts end it: both SC 1. */
#define EXIT_HCALL	0xc00

/* A new guest with a partition table in force; ends the case if there can be none. */
struct l2 *ready_l2(u32 lpid);

/* Enters; the guest must end by SC 1 right behind its program's instruction n. */
void expect_hcall_at(struct l2 *l2, unsigned int n);
/* It has ended in its own vector: SRR0 and SRR1's own bits are those of the interrupt. */
void expect_l2_interrupt(struct l2 *l2, unsigned long vector, u64 srr0, u64 own);

/*
 * A guest that counts in r3, at first with MSR.EE and RI as in msr, and gives up by SC 1 after two
 * seconds, so that an interrupt that never comes is seen and not waited for.
 */
struct l2 *spinning_l2(u32 lpid, u64 msr);
/* Where such a guest may have been interrupted. */
bool is_spinning(const struct l2 *l2);
#define SPIN		(L2_CODE + 4)		/* its first instruction but that for the MSR */

/* SRR1's bits 33 to 36 and 42 to 47, which belong to the interrupt. */
#define SRR1_OWN	0x783f0000ul

/*
 * The guest's own radix tables, at 0x30000 and on in its memory. Effective addresses are its real
 * ones, but what a case changes in own.level1 (and level2) before it enters.
 */
#define OWN_LEVEL1	0x52000ul

extern struct own_tables {
	u64 process[PAGE_SIZE / 8];
	pte_t root[1 << RADIX_ROOT_BITS];
	pte_t level3[512], level2[512], level1[512];
} __aligned(PAGE_SIZE) own;

/* A leaf for the guest's address ga; privileged: RADIX_PRIVILEGED, or 0 for its user mode. */
static inline pteval_t own_leaf(u64 ga, pteval_t privileged)
{
	return RADIX_VALID | RADIX_LEAF | RADIX_R | RADIX_C | privileged | L2_RWX | ga;
}

/* Makes the tables for a guest that is entered with translation on. */
void translate(struct l2 *l2, pteval_t privileged);

#endif
