/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Floating-point, vector and VSX registers as one: VSR 0 to 63 (Power ISA 3.1B, Book I, section
 * 7.2.1.1). The library itself uses none, so what a test puts there stays.
 */
#ifndef PPC64_ASM_VSX_H
#define PPC64_ASM_VSX_H

#include "asm/processor.h"

struct vsx_state {
	u64 vsr[64][2];
};

/* Needs MSR.FP, VEC and VSX: vsx_enable(). */
void vsx_load(const struct vsx_state *state);
void vsx_store(struct vsx_state *state);

static inline void vsx_enable(void)
{
	mtmsr(mfmsr() | MSR_FP | MSR_VEC | MSR_VSX);
}

static inline void vsx_disable(void)
{
	mtmsr(mfmsr() & ~(MSR_FP | MSR_VEC | MSR_VSX));
}

#endif
