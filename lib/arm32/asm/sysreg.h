/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System registers are CP15's (ARMv7 ARM, chapter B4). read_sysreg() and write_sysreg() take what
 * __ACCESS_CP15() and its like make. Registers that 64 bits have too are known by those names, so
 * that code serves both: each of them is "architecturally mapped" to the one of CP15 that stands
 * here (Arm ARM DDI 0487, chapter G8).
 */
#ifndef ARM32_ASM_SYSREG_H
#define ARM32_ASM_SYSREG_H

#include "libcflat.h"
#include <bitops.h>		/* not the one beside this file */

/* 32 bits by MRC and MCR, 64 bits by MRRC and MCRR: CRn and CRm as c1, the opcodes as numbers. */
#define __ACCESS_CP15(crn, opc1, crm, opc2) \
	32, "p15, " xstr(opc1) ", %0, " xstr(crn) ", " xstr(crm) ", " xstr(opc2)
#define __ACCESS_CP15_64(opc1, crm)		64, "p15, " xstr(opc1) ", %Q0, %R0, " xstr(crm)
/* Two of 32 bits, the low half first, as one. */
#define __ACCESS_CP15_PAIR(low, high)		2x32, low, high

#define read_sysreg(...)		__read_cp(__VA_ARGS__)
#define write_sysreg(value, ...)	__write_cp(value, __VA_ARGS__)

#define __read_cp(kind, ...)		__read_cp##kind(__VA_ARGS__)
#define __read_cp32(operands) __extension__ ({						\
	unsigned long __value;								\
	__asm__ __volatile__("mrc " operands : "=r" (__value) : : "memory");		\
	__value;									\
})
#define __read_cp64(operands) __extension__ ({						\
	u64 __value;									\
	__asm__ __volatile__("mrrc " operands : "=r" (__value) : : "memory");		\
	__value;									\
})
#define __read_cp2x32(k0, low, k1, high)	(__read_cp32(low) | (u64)__read_cp32(high) << 32)

#define __write_cp(value, kind, ...)	__write_cp##kind(value, __VA_ARGS__)
#define __write_cp32(value, operands) do {						\
	unsigned long __value = (unsigned long)(value);					\
	__asm__ __volatile__("mcr " operands : : "r" (__value) : "memory");		\
} while (0)
#define __write_cp64(value, operands) do {						\
	u64 __value = (value);								\
	__asm__ __volatile__("mcrr " operands : : "r" (__value) : "memory");		\
} while (0)

/* One of the values set, no bit kept. */
#define sysreg_clear_set(name, clear, set) do {						\
	unsigned long __old = read_sysreg(name);					\
	unsigned long __new = (__old & ~(unsigned long)(clear)) | (set);		\
	if (__old != __new)								\
		write_sysreg(__new, name);						\
} while (0)

/* Field of four bits at shift, as the ID registers have them. */
#define id_field(value, shift)	((unsigned int)((value) >> (shift) & 15))

/* ---- by the names of 64 bits ---- */

#define midr_el1		__ACCESS_CP15(c0, 0, c0, 0)
#define ctr_el0			__ACCESS_CP15(c0, 0, c0, 1)
#define mpidr_el1		__ACCESS_CP15(c0, 0, c0, 5)
#define sctlr_el1		__ACCESS_CP15(c1, 0, c0, 0)
#define cpacr_el1		__ACCESS_CP15(c1, 0, c0, 2)
#define ttbr0_el1		__ACCESS_CP15_64(0, c2)
#define tcr_el1			__ACCESS_CP15(c2, 0, c0, 2)	/* TTBCR */
#define MAIR0			__ACCESS_CP15(c10, 0, c2, 0)
#define MAIR1			__ACCESS_CP15(c10, 0, c2, 1)
#define mair_el1		__ACCESS_CP15_PAIR(MAIR0, MAIR1)
#define vbar_el1		__ACCESS_CP15(c12, 0, c0, 0)
#define isr_el1			__ACCESS_CP15(c12, 0, c1, 0)
#define tpidr_el1		__ACCESS_CP15(c13, 0, c0, 4)	/* TPIDRPRW */
#define tpidr_el0		__ACCESS_CP15(c13, 0, c0, 2)	/* TPIDRURW */
#define tpidrro_el0		__ACCESS_CP15(c13, 0, c0, 3)	/* TPIDRURO */
#define contextidr_el1		__ACCESS_CP15(c13, 0, c0, 1)
#define cntfrq_el0		__ACCESS_CP15(c14, 0, c0, 0)
#define cntkctl_el1		__ACCESS_CP15(c14, 0, c1, 0)
#define cntp_tval_el0		__ACCESS_CP15(c14, 0, c2, 0)
#define cntp_ctl_el0		__ACCESS_CP15(c14, 0, c2, 1)
#define cntv_tval_el0		__ACCESS_CP15(c14, 0, c3, 0)
#define cntv_ctl_el0		__ACCESS_CP15(c14, 0, c3, 1)
#define cntpct_el0		__ACCESS_CP15_64(0, c14)
#define cntvct_el0		__ACCESS_CP15_64(1, c14)
#define cntp_cval_el0		__ACCESS_CP15_64(2, c14)
#define cntv_cval_el0		__ACCESS_CP15_64(3, c14)

/* ---- what 64 bits do not have, or have in another form ---- */

#define ID_PFR0			__ACCESS_CP15(c0, 0, c1, 0)
#define ID_PFR1			__ACCESS_CP15(c0, 0, c1, 1)
#define ID_DFR0			__ACCESS_CP15(c0, 0, c1, 2)
#define ID_MMFR0		__ACCESS_CP15(c0, 0, c1, 4)
#define ID_MMFR3		__ACCESS_CP15(c0, 0, c1, 7)
#define ID_ISAR0		__ACCESS_CP15(c0, 0, c2, 0)
#define ID_ISAR2		__ACCESS_CP15(c0, 0, c2, 2)
#define ID_ISAR3		__ACCESS_CP15(c0, 0, c2, 3)
#define ID_ISAR5		__ACCESS_CP15(c0, 0, c2, 5)
#define DFSR			__ACCESS_CP15(c5, 0, c0, 0)
#define IFSR			__ACCESS_CP15(c5, 0, c0, 1)
#define DFAR			__ACCESS_CP15(c6, 0, c0, 0)
#define IFAR			__ACCESS_CP15(c6, 0, c0, 2)
#define PAR			__ACCESS_CP15_64(0, c7)
#define ATS1CPR			__ACCESS_CP15(c7, 0, c8, 0)
#define ATS1CPW			__ACCESS_CP15(c7, 0, c8, 1)
#define ATS1CUR			__ACCESS_CP15(c7, 0, c8, 2)
#define ATS1CUW			__ACCESS_CP15(c7, 0, c8, 3)
#define TPIDRURW		__ACCESS_CP15(c13, 0, c0, 2)
#define TPIDRURO		__ACCESS_CP15(c13, 0, c0, 3)

/* SCTLR, by the names of 64 bits and those of its own. */
#define SCTLR_EL1_M		BIT(0)
#define SCTLR_EL1_A		BIT(1)
#define SCTLR_EL1_C		BIT(2)
#define SCTLR_EL1_I		BIT(12)
#define SCTLR_EL1_WXN		BIT(19)
#define SCTLR_UWXN		BIT(20)
#define SCTLR_EE		BIT(25)
#define SCTLR_TE		BIT(30)

/* cp10 and cp11: 0 none, 1 PL1 only, 3 all. */
#define CPACR_FP(access)	((access) * 0x500000ul)

#endif
