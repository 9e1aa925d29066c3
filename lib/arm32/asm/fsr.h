/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DFSR and IFSR as long descriptors give them (ARMv7 ARM, sections B3.13.3, B4.1.52 and B4.1.96).
 */
#ifndef ARM32_ASM_FSR_H
#define ARM32_ASM_FSR_H

#define FSR_STATUS		0x3f
#define FSR_LPAE		(1u << 9)	/* always, with TTBCR.EAE */
#define FSR_WNR			(1u << 11)	/* DFSR: a write */
#define FSR_EXT			(1u << 12)
#define FSR_CM			(1u << 13)	/* DFSR: cache maintenance */

/* Values of the status, those with a level without it. */
#define FSR_ADDRESS		0x00		/* ARMv8 */
#define FSR_TRANSLATION		0x04
#define FSR_ACCESS		0x08
#define FSR_PERMISSION		0x0c
#define FSR_EXTERNAL		0x10
#define FSR_ALIGNMENT		0x21
#define FSR_DEBUG		0x22

#endif
