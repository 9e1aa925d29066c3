/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a CPU finds that PSCI starts, as raw-entry.S notes it with the MMU off; then it turns itself
 * off.
 */
#ifndef PSCI_TEST_H
#define PSCI_TEST_H

#include "libcflat.h"
#include "asm/ptrace.h"

/* The layout is known to raw-entry.S. */
struct found {
	u64 smc;		/* which conduit ends it */
	u64 context, mode, sctlr, masks, mpidr;
	u64 count;
} __aligned(64);

/* Enter here: A64 or A32; T32, with bit 0 of the address set. */
void raw_entry(void);
void raw_entry_thumb(void);

/*
 * mode: CurrentEL with the stack's choice in bit 0, or the mode of the CPSR with its T bit. masks:
 * of DAIF, or A, I and F.
 */
#ifdef __aarch64__
#define FOUND_KERNEL		(CurrentEL_EL1 | 1)
#define FOUND_HYPERVISOR	(CurrentEL_EL2 | 1)
#define FOUND_ALL_MASKED	(PSR_D_BIT | PSR_A_BIT | PSR_I_BIT | PSR_F_BIT)
#else
#define FOUND_KERNEL		SVC_MODE
#define FOUND_HYPERVISOR	HYP_MODE
#define FOUND_ALL_MASKED	(PSR_A_BIT | PSR_I_BIT | PSR_F_BIT)
#endif

#endif
