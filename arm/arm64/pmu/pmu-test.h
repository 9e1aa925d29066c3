/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the test share: PMCR_EL0's bits, and counters by number. */
#ifndef PMU_TEST_H
#define PMU_TEST_H

#include "libcflat.h"
#include "asm/try.h"

#define ESR(ec, iss)	((u64)(ec) << ESR_ELx_EC_SHIFT | ESR_ELx_IL | (iss))

#define PMCR_E		(1u << 0)
#define PMCR_P		(1u << 1)
#define PMCR_C		(1u << 2)
#define PMCR_D		(1u << 3)
#define PMCR_X		(1u << 4)
#define PMCR_LC		(1u << 6)
#define PMCR_LP		(1u << 7)
#define CYCLES		(1u << 31)	/* the cycle counter's bit in PMCNTENSET_EL0 and so on */
#define EVENT_SW_INCR	0x00u
#define EVENT_INST_RETIRED 0x08u
#define FILTER_P	(1u << 31)
#define FILTER_U	(1u << 30)

/* ID_AA64DFR0_EL1.PMUVer; 0: no PMUv3. */
unsigned int pmu_version(void);
/* How many event counters there are. */
unsigned int counters(void);

/*
 * Everything off and zero, then enabled as a whole: each counter by itself is not. Skips without
 * PMUv3.
 */
void pmu_start(void);
void pmu_stop(void);

void select_counter(unsigned int n);
void set_event(unsigned int n, u32 type);
void set_count(unsigned int n, u64 value);
u64 count(unsigned int n);
void enable_counters(u32 mask);
void sw_incr(u32 mask);

#endif
