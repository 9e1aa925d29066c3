/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What mmu.c asks of a width: lib/arm64/translation.c and lib/arm32/translation.c. Not for tests.
 */
#ifndef ARM_TRANSLATION_H
#define ARM_TRANSLATION_H

#include "libcflat.h"
#include "asm/page.h"

/* Aborts if this CPU has no tables of our kind. */
void translation_check(void);
/* TCR_EL1 (TTBCR) and MAIR_EL1 (MAIR1 above MAIR0) of our tables. */
u64 translation_tcr(void);
u64 translation_mair(void);
/*
 * Where the device at start to end - 1 is to be mapped: always the same place. Aborts if there is
 * no room.
 */
uintptr_t translation_device_address(phys_addr_t start, phys_addr_t end);

#endif
