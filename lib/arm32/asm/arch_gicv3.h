/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The GICv3's CPU interface by CP15 (IHI 0069, section 12.5), by the names of 64 bits; functions:
 * asm/gic-v3.h.
 */
#ifndef ARM32_ASM_ARCH_GICV3_H
#define ARM32_ASM_ARCH_GICV3_H

#include "asm/sysreg.h"

#define ICC_PMR_EL1		__ACCESS_CP15(c4, 0, c6, 0)
#define ICC_SGI1R_EL1		__ACCESS_CP15_64(0, c12)
#define ICC_DIR_EL1		__ACCESS_CP15(c12, 0, c11, 1)
#define ICC_RPR_EL1		__ACCESS_CP15(c12, 0, c11, 3)
#define ICC_IAR1_EL1		__ACCESS_CP15(c12, 0, c12, 0)
#define ICC_EOIR1_EL1		__ACCESS_CP15(c12, 0, c12, 1)
#define ICC_HPPIR1_EL1		__ACCESS_CP15(c12, 0, c12, 2)
#define ICC_BPR1_EL1		__ACCESS_CP15(c12, 0, c12, 3)
#define ICC_CTLR_EL1		__ACCESS_CP15(c12, 0, c12, 4)
#define ICC_SRE_EL1		__ACCESS_CP15(c12, 0, c12, 5)
#define ICC_IGRPEN1_EL1		__ACCESS_CP15(c12, 0, c12, 7)

#include "asm/gic-v3.h"

#endif
