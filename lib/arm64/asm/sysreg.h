/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System registers (Arm ARM, DDI 0487, chapter D19). read_sysreg(name) takes a name that the assembler knows,
 * read_sysreg_s(number) an encoding made by sys_reg(), for registers that it may not know. Never moved or left out.
 */
#ifndef ARM64_ASM_SYSREG_H
#define ARM64_ASM_SYSREG_H

#include "libcflat.h"
#include <bitops.h>		/* not the one beside this file */

#define read_sysreg(name) __extension__ ({						\
	unsigned long __value;								\
	__asm__ __volatile__("mrs %0, " xstr(name) : "=r" (__value) : : "memory");	\
	__value;									\
})
#define write_sysreg(value, name) do {							\
	unsigned long __value = (unsigned long)(value);					\
	__asm__ __volatile__("msr " xstr(name) ", %x0" : : "rZ" (__value) : "memory");	\
} while (0)

/* op0, op1, CRn, CRm, op2 as the text S3_0_C1_C2_3. The arguments are plain numbers. */
#define sys_reg(op0, op1, crn, crm, op2)	S##op0##_##op1##_C##crn##_C##crm##_##op2
#define read_sysreg_s(number)			read_sysreg(number)
#define write_sysreg_s(value, number)		write_sysreg(value, number)

/* One of the values set, no bit kept. */
#define sysreg_clear_set(name, clear, set) do {						\
	unsigned long __old = read_sysreg(name), __new = (__old & ~(unsigned long)(clear)) | (set); \
	if (__old != __new)								\
		write_sysreg(__new, name);						\
} while (0)

/* Field of four bits at shift, as the ID registers have them. */
#define id_field(value, shift)	((unsigned int)((value) >> (shift) & 15))

#define SCTLR_EL1_M		BIT(0)
#define SCTLR_EL1_A		BIT(1)
#define SCTLR_EL1_C		BIT(2)
#define SCTLR_EL1_SA		BIT(3)
#define SCTLR_EL1_SA0		BIT(4)
#define SCTLR_EL1_I		BIT(12)
#define SCTLR_EL1_WXN		BIT(19)
#define SCTLR_EL1_SPAN		BIT(23)
#define SCTLR_EL1_TCF0_SHIFT	38
#define SCTLR_EL1_TCF0_MASK	GENMASK(39, 38)
#define SCTLR_EL1_TCF_SHIFT	40
#define SCTLR_EL1_TCF_MASK	GENMASK(41, 40)
#define SCTLR_EL1_ATA0		BIT(42)
#define SCTLR_EL1_ATA		BIT(43)

#define CPACR_EL1_FPEN		GENMASK(21, 20)
#define CPACR_EL1_ZEN		GENMASK(17, 16)
#define CPACR_EL1_FPEN_NONE	0

/* Memory tagging. */
#define TFSR_EL1		sys_reg(3, 0, 5, 6, 0)
#define TFSRE0_EL1		sys_reg(3, 0, 5, 6, 1)
#define TFSR_EL1_TF0		BIT(0)
#define TFSR_EL1_TF1		BIT(1)
#define TCO			sys_reg(3, 3, 4, 2, 7)

/* By number: clang knows no names of the FP unit in code that does without it. */
#define FPCR			sys_reg(3, 3, 4, 4, 0)
#define FPSR			sys_reg(3, 3, 4, 4, 1)

#define ZCR_EL1			sys_reg(3, 0, 1, 2, 0)
#define ZCR_EL1_LEN		GENMASK(3, 0)
#define RNDR			sys_reg(3, 3, 2, 4, 0)
#define RNDRRS			sys_reg(3, 3, 2, 4, 1)

#define ID_AA64PFR0_EL1_FP_SHIFT	16
#define ID_AA64PFR0_EL1_ADVSIMD_SHIFT	20
#define ID_AA64PFR0_EL1_GIC_SHIFT	24
#define ID_AA64PFR0_EL1_SVE_SHIFT	32
#define ID_AA64PFR1_EL1_MTE_SHIFT	8
#define ID_AA64ISAR0_EL1_ATOMIC_SHIFT	20
#define ID_AA64ISAR0_EL1_RNDR_SHIFT	60
#define ID_AA64MMFR0_EL1_TGRAN64_SHIFT	24
#define ID_AA64MMFR0_EL1_TGRAN4_SHIFT	28
#define ID_AA64MMFR0_EL1_TGRAN16_SHIFT	20

#endif
