/* SPDX-License-Identifier: BSD-2-Clause */
/* The GICv3's CPU interface (IHI 0069, section 12.2); functions: asm/gic-v3.h. */
#ifndef ARM64_ASM_ARCH_GICV3_H
#define ARM64_ASM_ARCH_GICV3_H

#include "asm/sysreg.h"

#define ICC_PMR_EL1		S3_0_C4_C6_0
#define ICC_IAR1_EL1		S3_0_C12_C12_0
#define ICC_EOIR1_EL1		S3_0_C12_C12_1
#define ICC_HPPIR1_EL1		S3_0_C12_C12_2
#define ICC_BPR1_EL1		S3_0_C12_C12_3
#define ICC_CTLR_EL1		S3_0_C12_C12_4
#define ICC_SRE_EL1		S3_0_C12_C12_5
#define ICC_IGRPEN1_EL1		S3_0_C12_C12_7
#define ICC_SGI1R_EL1		S3_0_C12_C11_5
#define ICC_RPR_EL1		S3_0_C12_C11_3
#define ICC_DIR_EL1		S3_0_C12_C11_1

#include "asm/gic-v3.h"

#endif
