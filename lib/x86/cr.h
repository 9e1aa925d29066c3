/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Control registers, flags and debug registers: their bits (SDM volume 3, section 2.5; volume 1, section 3.4.3) and
 * access. The _safe functions return the vector of the exception, 0 if there was none.
 */
#ifndef X86_CR_H
#define X86_CR_H

#include <stdint.h>
#include "x86/asm_try.h"

#define X86_CR0_PE_BIT		0
#define X86_CR0_MP_BIT		1
#define X86_CR0_EM_BIT		2
#define X86_CR0_TS_BIT		3
#define X86_CR0_ET_BIT		4
#define X86_CR0_NE_BIT		5
#define X86_CR0_WP_BIT		16
#define X86_CR0_AM_BIT		18
#define X86_CR0_NW_BIT		29
#define X86_CR0_CD_BIT		30
#define X86_CR0_PG_BIT		31
#define X86_CR0_PE		(1UL << X86_CR0_PE_BIT)
#define X86_CR0_MP		(1UL << X86_CR0_MP_BIT)
#define X86_CR0_EM		(1UL << X86_CR0_EM_BIT)
#define X86_CR0_TS		(1UL << X86_CR0_TS_BIT)
#define X86_CR0_ET		(1UL << X86_CR0_ET_BIT)
#define X86_CR0_NE		(1UL << X86_CR0_NE_BIT)
#define X86_CR0_WP		(1UL << X86_CR0_WP_BIT)
#define X86_CR0_AM		(1UL << X86_CR0_AM_BIT)
#define X86_CR0_NW		(1UL << X86_CR0_NW_BIT)
#define X86_CR0_CD		(1UL << X86_CR0_CD_BIT)
#define X86_CR0_PG		(1UL << X86_CR0_PG_BIT)

#define X86_CR3_PCID_MASK	0xfffUL		/* with CR4.PCIDE */
#define X86_CR3_PWT		(1UL << 3)	/* without */
#define X86_CR3_PCD		(1UL << 4)
#define X86_CR3_LAM_U57_BIT	61
#define X86_CR3_LAM_U48_BIT	62
#define X86_CR3_NOFLUSH_BIT	63		/* of the value written, with CR4.PCIDE */
#define X86_CR3_LAM_U57		(1ULL << X86_CR3_LAM_U57_BIT)
#define X86_CR3_LAM_U48		(1ULL << X86_CR3_LAM_U48_BIT)
#define X86_CR3_NOFLUSH		(1ULL << X86_CR3_NOFLUSH_BIT)

#define X86_CR4_VME_BIT		0
#define X86_CR4_PVI_BIT		1
#define X86_CR4_TSD_BIT		2
#define X86_CR4_DE_BIT		3
#define X86_CR4_PSE_BIT		4
#define X86_CR4_PAE_BIT		5
#define X86_CR4_MCE_BIT		6
#define X86_CR4_PGE_BIT		7
#define X86_CR4_PCE_BIT		8
#define X86_CR4_OSFXSR_BIT	9
#define X86_CR4_OSXMMEXCPT_BIT	10
#define X86_CR4_UMIP_BIT	11
#define X86_CR4_LA57_BIT	12
#define X86_CR4_VMXE_BIT	13
#define X86_CR4_SMXE_BIT	14
#define X86_CR4_FSGSBASE_BIT	16
#define X86_CR4_PCIDE_BIT	17
#define X86_CR4_OSXSAVE_BIT	18
#define X86_CR4_KL_BIT		19
#define X86_CR4_SMEP_BIT	20
#define X86_CR4_SMAP_BIT	21
#define X86_CR4_PKE_BIT		22
#define X86_CR4_CET_BIT		23
#define X86_CR4_PKS_BIT		24
#define X86_CR4_UINTR_BIT	25
#define X86_CR4_LAM_SUP_BIT	28
#define X86_CR4_VME		(1UL << X86_CR4_VME_BIT)
#define X86_CR4_PVI		(1UL << X86_CR4_PVI_BIT)
#define X86_CR4_TSD		(1UL << X86_CR4_TSD_BIT)
#define X86_CR4_DE		(1UL << X86_CR4_DE_BIT)
#define X86_CR4_PSE		(1UL << X86_CR4_PSE_BIT)
#define X86_CR4_PAE		(1UL << X86_CR4_PAE_BIT)
#define X86_CR4_MCE		(1UL << X86_CR4_MCE_BIT)
#define X86_CR4_PGE		(1UL << X86_CR4_PGE_BIT)
#define X86_CR4_PCE		(1UL << X86_CR4_PCE_BIT)
#define X86_CR4_OSFXSR		(1UL << X86_CR4_OSFXSR_BIT)
#define X86_CR4_OSXMMEXCPT	(1UL << X86_CR4_OSXMMEXCPT_BIT)
#define X86_CR4_UMIP		(1UL << X86_CR4_UMIP_BIT)
#define X86_CR4_LA57		(1UL << X86_CR4_LA57_BIT)
#define X86_CR4_VMXE		(1UL << X86_CR4_VMXE_BIT)
#define X86_CR4_SMXE		(1UL << X86_CR4_SMXE_BIT)
#define X86_CR4_FSGSBASE	(1UL << X86_CR4_FSGSBASE_BIT)
#define X86_CR4_PCIDE		(1UL << X86_CR4_PCIDE_BIT)
#define X86_CR4_OSXSAVE		(1UL << X86_CR4_OSXSAVE_BIT)
#define X86_CR4_KL		(1UL << X86_CR4_KL_BIT)
#define X86_CR4_SMEP		(1UL << X86_CR4_SMEP_BIT)
#define X86_CR4_SMAP		(1UL << X86_CR4_SMAP_BIT)
#define X86_CR4_PKE		(1UL << X86_CR4_PKE_BIT)
#define X86_CR4_CET		(1UL << X86_CR4_CET_BIT)
#define X86_CR4_PKS		(1UL << X86_CR4_PKS_BIT)
#define X86_CR4_UINTR		(1UL << X86_CR4_UINTR_BIT)
#define X86_CR4_LAM_SUP		(1UL << X86_CR4_LAM_SUP_BIT)

#define X86_EFLAGS_CF_BIT	0
#define X86_EFLAGS_FIXED_BIT	1
#define X86_EFLAGS_PF_BIT	2
#define X86_EFLAGS_AF_BIT	4
#define X86_EFLAGS_ZF_BIT	6
#define X86_EFLAGS_SF_BIT	7
#define X86_EFLAGS_TF_BIT	8
#define X86_EFLAGS_IF_BIT	9
#define X86_EFLAGS_DF_BIT	10
#define X86_EFLAGS_OF_BIT	11
#define X86_EFLAGS_IOPL_SHIFT	12
#define X86_EFLAGS_NT_BIT	14
#define X86_EFLAGS_RF_BIT	16
#define X86_EFLAGS_VM_BIT	17
#define X86_EFLAGS_AC_BIT	18
#define X86_EFLAGS_VIF_BIT	19
#define X86_EFLAGS_VIP_BIT	20
#define X86_EFLAGS_ID_BIT	21
#define X86_EFLAGS_CF		(1UL << X86_EFLAGS_CF_BIT)
#define X86_EFLAGS_FIXED	(1UL << X86_EFLAGS_FIXED_BIT)
#define X86_EFLAGS_PF		(1UL << X86_EFLAGS_PF_BIT)
#define X86_EFLAGS_AF		(1UL << X86_EFLAGS_AF_BIT)
#define X86_EFLAGS_ZF		(1UL << X86_EFLAGS_ZF_BIT)
#define X86_EFLAGS_SF		(1UL << X86_EFLAGS_SF_BIT)
#define X86_EFLAGS_TF		(1UL << X86_EFLAGS_TF_BIT)
#define X86_EFLAGS_IF		(1UL << X86_EFLAGS_IF_BIT)
#define X86_EFLAGS_DF		(1UL << X86_EFLAGS_DF_BIT)
#define X86_EFLAGS_OF		(1UL << X86_EFLAGS_OF_BIT)
#define X86_EFLAGS_IOPL		(3UL << X86_EFLAGS_IOPL_SHIFT)
#define X86_EFLAGS_NT		(1UL << X86_EFLAGS_NT_BIT)
#define X86_EFLAGS_RF		(1UL << X86_EFLAGS_RF_BIT)
#define X86_EFLAGS_VM		(1UL << X86_EFLAGS_VM_BIT)
#define X86_EFLAGS_AC		(1UL << X86_EFLAGS_AC_BIT)
#define X86_EFLAGS_VIF		(1UL << X86_EFLAGS_VIF_BIT)
#define X86_EFLAGS_VIP		(1UL << X86_EFLAGS_VIP_BIT)
#define X86_EFLAGS_ID		(1UL << X86_EFLAGS_ID_BIT)
/* The status flags, which arithmetic sets. */
#define X86_EFLAGS_ALU		(X86_EFLAGS_CF | X86_EFLAGS_PF | X86_EFLAGS_AF | X86_EFLAGS_ZF | \
				 X86_EFLAGS_SF | X86_EFLAGS_OF)

/* read_x() and write_x() of one register. Writing may change how memory is seen, reading must not be moved. */
#define X86_READ_REGISTER(name)								\
	static inline unsigned long read_##name(void)					\
	{										\
		unsigned long value;							\
											\
		asm volatile("mov %%" #name ", %0" : "=r" (value) : : "memory");	\
		return value;								\
	}
#define X86_WRITE_REGISTER(name)							\
	static inline void write_##name(unsigned long value)				\
	{										\
		asm volatile("mov %0, %%" #name : : "r" (value) : "memory");		\
	}
#define X86_REGISTER(name)	X86_READ_REGISTER(name) X86_WRITE_REGISTER(name)
#define X86_WRITE_REGISTER_SAFE(name)							\
	static inline int write_##name##_safe(unsigned long value)			\
	{										\
		return asm_safe("mov %0, %%" #name, "r" (value));			\
	}

X86_REGISTER(cr0)
X86_REGISTER(cr2)
X86_REGISTER(cr3)
X86_REGISTER(cr4)
X86_WRITE_REGISTER_SAFE(cr0)
X86_WRITE_REGISTER_SAFE(cr2)
X86_WRITE_REGISTER_SAFE(cr3)
X86_WRITE_REGISTER_SAFE(cr4)
#ifdef __x86_64__
X86_REGISTER(cr8)
X86_WRITE_REGISTER_SAFE(cr8)
#endif

X86_REGISTER(dr0)
X86_REGISTER(dr1)
X86_REGISTER(dr2)
X86_REGISTER(dr3)
X86_REGISTER(dr6)
X86_REGISTER(dr7)
X86_WRITE_REGISTER_SAFE(dr6)
X86_WRITE_REGISTER_SAFE(dr7)
#undef X86_READ_REGISTER
#undef X86_WRITE_REGISTER
#undef X86_REGISTER
#undef X86_WRITE_REGISTER_SAFE

static inline unsigned long read_rflags(void)
{
	unsigned long flags;

	asm volatile("pushf; pop %0" : "=r" (flags));
	return flags;
}

static inline void write_rflags(unsigned long flags)
{
	asm volatile("push %0; popf" : : "r" (flags) : "memory", "cc");
}

/* Ring 0 only: the I/O privilege level, 0 to 3. */
static inline void set_iopl(int iopl)
{
	write_rflags((read_rflags() & ~X86_EFLAGS_IOPL) | (unsigned long)iopl << X86_EFLAGS_IOPL_SHIFT);
}

#endif
