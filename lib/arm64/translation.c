/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The translation regime of 64 bits: granules, sizes, attributes (Arm ARM, section D8.2; registers:
 * D19.2).
 */
#include "translation.h"
#include "boot.h"
#include "asm/pgtable-hwdef.h"
#include "asm/sysreg.h"

u64 translation_tcr(void)
{
	static const u64 granule = PAGE_SHIFT == 12 ? TCR_TG0_4K :
				   PAGE_SHIFT == 14 ? TCR_TG0_16K : TCR_TG0_64K;
	u64 size = MIN(id_field(read_sysreg(id_aa64mmfr0_el1), 0), 5u);

	return TCR_BOOT | granule | size << TCR_IPS_SHIFT;
}

u64 translation_mair(void)
{
	bool tags = id_field(read_sysreg(id_aa64pfr1_el1), ID_AA64PFR1_EL1_MTE_SHIFT) >= 2;

	return tags ? (MAIR_VALUE & ~(0xffull << 56)) | 0xf0ull << 56 : MAIR_VALUE;
}

void translation_check(void)
{
	u64 features = read_sysreg(id_aa64mmfr0_el1);
	bool known = PAGE_SHIFT == 12 ? id_field(features, ID_AA64MMFR0_EL1_TGRAN4_SHIFT) != 15 :
		     PAGE_SHIFT == 14 ? id_field(features, ID_AA64MMFR0_EL1_TGRAN16_SHIFT) != 0 :
					id_field(features, ID_AA64MMFR0_EL1_TGRAN64_SHIFT) != 15;

	if (!known)
		report_abort("this CPU has no pages of %lu bytes", PAGE_SIZE);
}

uintptr_t translation_device_address(phys_addr_t start, phys_addr_t end)
{
	assert_msg(end <= LINEAR_LIMIT, "device at %#" PRIx64 " to %#" PRIx64, start, end);
	return start;
}
