/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cr4_reserved: bits of CR4 that no manual defines, and those of features that CPUID does not announce, are #GP(0), and
 * CR4 stays (SDM volume 3, 2.5; APM volume 2, 3.1.3). One case: QEMU's emulation does not end the first write.
 */
#include "case.h"
#include "x86/processor.h"

#define X86_FEATURE_KL		CPUID_FEATURE(7, 0, ECX, 23)
#define X86_FEATURE_UINTR	CPUID_FEATURE(7, 0, EDX, 5)
#define X86_FEATURE_FRED	CPUID_FEATURE(7, 1, EAX, 17)

/* 0: none, always reserved. */
static const struct {
	u32 bit;
	u64 feature;
} rows[] = {
	{ 15, 0 }, { 26, 0 }, { 27, 0 }, { 29, 0 }, { 30, 0 }, { 31, 0 },
	{ X86_CR4_UMIP_BIT, X86_FEATURE_UMIP },
	{ X86_CR4_VMXE_BIT, X86_FEATURE_VMX },
	{ X86_CR4_SMXE_BIT, X86_FEATURE_SMX },
	{ X86_CR4_FSGSBASE_BIT, X86_FEATURE_FSGSBASE },
	{ X86_CR4_PCIDE_BIT, X86_FEATURE_PCID },
	{ X86_CR4_OSXSAVE_BIT, X86_FEATURE_XSAVE },
	{ X86_CR4_KL_BIT, X86_FEATURE_KL },
	{ X86_CR4_SMEP_BIT, X86_FEATURE_SMEP },
	{ X86_CR4_SMAP_BIT, X86_FEATURE_SMAP },
	{ X86_CR4_PKE_BIT, X86_FEATURE_PKU },
	{ X86_CR4_PKS_BIT, X86_FEATURE_PKS },
	{ X86_CR4_UINTR_BIT, X86_FEATURE_UINTR },
	{ X86_CR4_LAM_SUP_BIT, X86_FEATURE_LAM },
#ifdef __x86_64__
	{ 32, X86_FEATURE_FRED },
	{ 33, 0 }, { 34, 0 }, { 40, 0 }, { 47, 0 }, { 48, 0 }, { 62, 0 }, { 63, 0 },
#endif
};

static void check_reserved(u32 bit)
{
	ulong cr4 = read_cr4();

	expect_eq_msg(write_cr4_safe(cr4 | 1ul << bit), GP_VECTOR, "CR4 bit %" PRIu32, bit);
	expect_eq(exception_error_code(), 0);
	expect_eq_msg(read_cr4(), cr4, "CR4 after bit %" PRIu32, bit);
	write_cr4(cr4);
}

CASE(reserved, "each bit that has no meaning, or whose feature is not announced, is #GP(0), and CR4 stays")
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (!rows[i].feature || !this_cpu_has(rows[i].feature))
			check_reserved(rows[i].bit);
	if (!this_cpu_has(X86_FEATURE_SHSTK) && !this_cpu_has(X86_FEATURE_IBT))
		check_reserved(X86_CR4_CET_BIT);
}
