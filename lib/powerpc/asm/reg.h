/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Special purpose registers and their bits (Power ISA 3.1B, Book III, section 5.4.4 and the
 * sections named below).
 */
#ifndef POWERPC_ASM_REG_H
#define POWERPC_ASM_REG_H

#include "linux/const.h"

#ifndef UL
#define UL(x)			_AC(x, UL)
#endif

#define SPR_XER			1
#define SPR_LR			8
#define SPR_CTR			9
#define SPR_DSCR_USER		3
#define SPR_DSCR		17
#define SPR_DSISR		18
#define SPR_DAR			19
#define SPR_DEC			22
#define SPR_SRR0		26
#define SPR_SRR1		27
#define SPR_CFAR		28
#define SPR_AMR			29
#define SPR_PIDR		48
#define SPR_IAMR		61
#define SPR_CTRL_READ		136
#define SPR_CTRL_WRITE		152
#define SPR_FSCR		153
#define SPR_UAMOR		157
#define SPR_VRSAVE		256
#define SPR_USPRG3		259
#define SPR_TB			268
#define SPR_TBU			269
#define SPR_SPRG0		272
#define SPR_SPRG1		273
#define SPR_SPRG2		274
#define SPR_SPRG3		275
#define SPR_TBL_WRITE		284
#define SPR_TBU_WRITE		285
#define SPR_TBU40		286
#define SPR_PVR			287
#define SPR_HDSISR		306
#define SPR_HDAR		307
#define SPR_HDEC		310
#define SPR_HSRR0		314
#define SPR_HSRR1		315
#define SPR_LPCR		318
#define SPR_LPIDR		319
#define SPR_HFSCR		190
#define SPR_HMER		336
#define SPR_HEIR		339
#define SPR_AMOR		349
#define SPR_PTCR		464
#define SPR_PSPB		159
#define SPR_DPDES		176
#define SPR_TAR			815
#define SPR_MMCR2		785
#define SPR_MMCRA		786
#define SPR_MMCR0		795
#define SPR_SIAR		796
#define SPR_SDAR		797
#define SPR_MMCR1		798
#define SPR_PPR			896
#define SPR_PIR			1023

/* MSR: section 4.2.1. */
#define MSR_SF			UL(0x8000000000000000)
#define MSR_HV			UL(0x1000000000000000)
#define MSR_VEC			UL(0x02000000)
#define MSR_VSX			UL(0x00800000)
#define MSR_EE			UL(0x8000)
#define MSR_PR			UL(0x4000)
#define MSR_FP			UL(0x2000)
#define MSR_ME			UL(0x1000)
#define MSR_FE0			UL(0x0800)
#define MSR_SE			UL(0x0400)
#define MSR_BE			UL(0x0200)
#define MSR_FE1			UL(0x0100)
#define MSR_IR			UL(0x0020)
#define MSR_DR			UL(0x0010)
#define MSR_PMM			UL(0x0004)
#define MSR_RI			UL(0x0002)
#define MSR_LE			UL(0x0001)

/* LPCR: section 2.2. */
#define LPCR_ILE		UL(0x0000000002000000)
#define LPCR_AIL		UL(0x0000000001800000)
#define LPCR_LD			UL(0x0000000000020000)
#define LPCR_HEIC		UL(0x0000000000000010)
#define LPCR_HVICE		UL(0x0000000000000002)
#define LPCR_HDICE		UL(0x0000000000000001)

/* DSISR and SRR1 of storage interrupts: sections 7.5.3 and 7.5.5. */
#define DSISR_NOTRANSLATION	UL(0x40000000)
#define DSISR_PROTECTION	UL(0x08000000)
#define DSISR_STORE		UL(0x02000000)
#define DSISR_BADTREE		UL(0x00080000)
#define SRR1_NOTRANSLATION	UL(0x40000000)
#define SRR1_NOEXEC		UL(0x10000000)
#define SRR1_PROTECTION		UL(0x08000000)

/* SRR1 of a program interrupt: section 7.5.9. */
#define SRR1_PROG_FP		UL(0x00100000)
#define SRR1_PROG_ILLEGAL	UL(0x00080000)
#define SRR1_PROG_PRIVILEGED	UL(0x00040000)
#define SRR1_PROG_TRAP		UL(0x00020000)
#define SRR1_PROG_NOT_AT_NIP	UL(0x00010000)

/* MMCR0: section 11.4.4. */
#define MMCR0_FC		UL(0x80000000)
#define MMCR0_PMAE		UL(0x04000000)
#define MMCR0_PMAO		UL(0x00000080)

/*
 * PVR: the version is its upper half (section 4.3.1). The numbers are those of the processors'
 * user manuals.
 */
#define PVR_VERSION_MASK	UL(0xffff0000)
#define PVR_VER_970		UL(0x00390000)
#define PVR_VER_970FX		UL(0x003c0000)
#define PVR_VER_970MP		UL(0x00440000)
#define PVR_VER_POWER8E		UL(0x004b0000)
#define PVR_VER_POWER8NVL	UL(0x004c0000)
#define PVR_VER_POWER8		UL(0x004d0000)
#define PVR_VER_POWER9		UL(0x004e0000)
#define PVR_VER_POWER10		UL(0x00800000)
#define PVR_VER_POWER11		UL(0x00820000)

#endif
