/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupt controllers of the platform, as the device tree describes them: PLIC, APLIC, IMSIC,
 * ACLINT. Their registers are the tests' own subject.
 */
#ifndef RISCV_INTC_H
#define RISCV_INTC_H

#include "cpumask.h"
#include "libcflat.h"

struct intc {
	int node;
	volatile u8 *base;
	u64 size;
	int contexts;			/* entries of interrupts-extended */
	int context[NR_CPUS];		/* which one is the CPU's; -1: none */
};

/*
 * The controller of that kind that gives that interrupt (IRQ_S_EXT, IRQ_S_SOFT) to this CPU; false
 * if there is none.
 */
bool intc_find(struct intc *intc, const char *compatible, unsigned long cause);

/* IMSIC registers behind siselect and sireg (AIA 1.0, section 3.8). */
#define CSR_SISELECT		0x150
#define CSR_SIREG		0x151
#define CSR_STOPEI		0x15c
#define CSR_STOPI		0xdb0
#define IMSIC_EIDELIVERY	0x70
#define IMSIC_EITHRESHOLD	0x72
#define IMSIC_EIP0		0x80	/* 64 identities in each even register */
#define IMSIC_EIE0		0xc0

/* Of the calling hart. */
unsigned long imsic_read(unsigned int reg);
void imsic_write(unsigned int reg, unsigned long value);
/*
 * Whether the bit of that identity in the array at reg (EIP0, EIE0) is set; and sets or clears it.
 */
bool imsic_bit(unsigned int reg, unsigned int id);
void imsic_set_bit(unsigned int reg, unsigned int id, bool on);
/* Where messages to a CPU's supervisor-level file are written. */
volatile void *imsic_page(const struct intc *imsic, int cpu);

#endif
