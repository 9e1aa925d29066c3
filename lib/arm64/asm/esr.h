/* SPDX-License-Identifier: BSD-2-Clause */
/* The exception syndrome (Arm ARM, section D19.2.37, ESR_EL1). */
#ifndef ARM64_ASM_ESR_H
#define ARM64_ASM_ESR_H

#include "linux/const.h"

#define ESR_ELx_EC_SHIFT	26
#define ESR_ELx_EC_MASK		(_AC(0x3f, UL) << ESR_ELx_EC_SHIFT)
#define ESR_ELx_EC(esr)		((unsigned int)(((esr) & ESR_ELx_EC_MASK) >> ESR_ELx_EC_SHIFT))
#define ESR_ELx_IL		(_AC(1, UL) << 25)
#define ESR_ELx_ISS_MASK	(ESR_ELx_IL - 1)

#define ESR_ELx_EC_UNKNOWN	0x00
#define ESR_ELx_EC_WFx		0x01
#define ESR_ELx_EC_CP15_32	0x03
#define ESR_ELx_EC_CP15_64	0x04
#define ESR_ELx_EC_CP14_MR	0x05
#define ESR_ELx_EC_FP_ASIMD	0x07
#define ESR_ELx_EC_PAC		0x09
#define ESR_ELx_EC_LS64		0x0a
#define ESR_ELx_EC_CP14_64	0x0c
#define ESR_ELx_EC_BTI		0x0d
#define ESR_ELx_EC_ILL		0x0e
#define ESR_ELx_EC_SVC32	0x11
#define ESR_ELx_EC_SVC64	0x15
#define ESR_ELx_EC_HVC64	0x16
#define ESR_ELx_EC_SMC64	0x17
#define ESR_ELx_EC_SYS64	0x18
#define ESR_ELx_EC_SVE		0x19
#define ESR_ELx_EC_FPAC		0x1c
#define ESR_ELx_EC_SME		0x1d
#define ESR_ELx_EC_IABT_LOW	0x20
#define ESR_ELx_EC_IABT_CUR	0x21
#define ESR_ELx_EC_PC_ALIGN	0x22
#define ESR_ELx_EC_DABT_LOW	0x24
#define ESR_ELx_EC_DABT_CUR	0x25
#define ESR_ELx_EC_SP_ALIGN	0x26
#define ESR_ELx_EC_FP_EXC32	0x28
#define ESR_ELx_EC_FP_EXC64	0x2c
#define ESR_ELx_EC_SERROR	0x2f
#define ESR_ELx_EC_BREAKPT_LOW	0x30
#define ESR_ELx_EC_BREAKPT_CUR	0x31
#define ESR_ELx_EC_SOFTSTP_LOW	0x32
#define ESR_ELx_EC_SOFTSTP_CUR	0x33
#define ESR_ELx_EC_WATCHPT_LOW	0x34
#define ESR_ELx_EC_WATCHPT_CUR	0x35
#define ESR_ELx_EC_BKPT32	0x38
#define ESR_ELx_EC_BRK64	0x3c
#define EC_MAX			64

/* Instruction and data aborts. */
#define ESR_ELx_FSC		0x3f
#define ESR_ELx_FSC_TYPE	0x3c	/* without the level */
#define ESR_ELx_FSC_LEVEL	0x03
#define ESR_ELx_FSC_ADDRESS	0x00
#define ESR_ELx_FSC_FAULT	0x04	/* translation */
#define ESR_ELx_FSC_ACCESS	0x08
#define ESR_ELx_FSC_PERM	0x0c
#define ESR_ELx_FSC_EXTABT	0x10
#define ESR_ELx_FSC_MTE		0x11
#define ESR_ELx_FSC_ALIGN	0x21
#define ESR_ELx_WNR		(_AC(1, UL) << 6)
#define ESR_ELx_S1PTW		(_AC(1, UL) << 7)
#define ESR_ELx_CM		(_AC(1, UL) << 8)
#define ESR_ELx_EA		(_AC(1, UL) << 9)
#define ESR_ELx_FnV		(_AC(1, UL) << 10)
#define ESR_ELx_ISV		(_AC(1, UL) << 24)

/* EC_SYS64: what was executed. */
#define ESR_ELx_SYS64(op0, op1, crn, crm, op2, rt, read) \
	((op0) << 20 | (op2) << 17 | (op1) << 14 | (crn) << 10 | (rt) << 5 | (crm) << 1 | (read))

#endif
