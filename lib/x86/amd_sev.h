/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether this guest is encrypted by AMD SEV, SEV-ES or SEV-SNP (APM volume 2, section 15.34.10). */
#ifndef X86_AMD_SEV_H
#define X86_AMD_SEV_H

#include "x86/processor.h"

/* The SEV_STATUS MSR, 0 where there is none. A guest of SEV sees the feature in CPUID. */
static inline u64 amd_sev_status(void)
{
	u64 status;

	if (!this_cpu_has(X86_FEATURE_SEV) || rdmsr_safe(MSR_SEV_STATUS, &status))
		return 0;
	return status;
}

static inline bool amd_sev_enabled(void)
{
	return amd_sev_status() & SEV_ENABLED;
}

static inline bool amd_sev_es_enabled(void)
{
	return amd_sev_status() & SEV_ES_ENABLED;
}

static inline bool amd_sev_snp_enabled(void)
{
	return amd_sev_status() & SEV_SNP_ENABLED;
}

/* The bit of a page table entry that makes a page private, as a mask; 0 without SEV. */
static inline u64 get_amd_sev_c_bit_mask(void)
{
	return amd_sev_enabled() ? 1ull << this_cpu_property(X86_PROPERTY_SEV_C_BIT) : 0;
}

#endif
