/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a firmware does to each CPU and the library cannot do without: memory types (SDM volume 3, section 12.11), the
 * APIC, and on the boot CPU the "virtual wire" (section 11.5.1; Intel MultiProcessor Specification 1.4, section 3.6.2.2).
 */
#include "arch-hooks.h"
#include "memory_map.h"
#include "x86/apic.h"
#include "x86/cpu_setup.h"
#include "x86/processor.h"

#define MTRR_ENABLE	(1u << 11)
#define MTRR_VALID	(1u << 11)
#define MTRR_UC		0
#define MTRR_WB		6
#define MTRR_COUNT	0xff		/* of MTRRcap: variable ranges */

/* The largest power of two that ends at 4 GiB and holds no RAM: where devices are. */
static u64 device_hole(void)
{
	phys_addr_t top = 0;
	u64 size = SZ_2G;

	for (int i = 0; i < memory_region_count; i++)
		if (memory_regions[i].usable && memory_regions[i].start < SZ_4G)
			top = MAX(top, memory_regions[i].end);
	while (size > SZ_16M && SZ_4G - size < top)
		size >>= 1;
	return size;
}

/* Out of reset all memory is uncached: section 12.11.2.1. Caches and TLB hold nothing yet that would have to be flushed. */
static void set_memory_types(void)
{
	u64 size = device_hole();

	if (!this_cpu_has(X86_FEATURE_MTRR) || rdmsr(MSR_MTRRdefType) & MTRR_ENABLE)
		return;
	if (rdmsr(MSR_MTRRcap) & MTRR_COUNT) {
		wrmsr(MSR_MTRRphysBase(0), (SZ_4G - size) | MTRR_UC);
		wrmsr(MSR_MTRRphysMask(0), ((1ull << cpuid_maxphyaddr()) - size) | MTRR_VALID);
	}
	wrmsr(MSR_MTRRdefType, MTRR_ENABLE | MTRR_WB);
}

static void set_up_apic(void)
{
	apic_mode_changed();
	enable_x2apic();
	enable_apic();
	if (arch_cpu_id())
		return;
	/* LVT entries stay masked while APIC_SPIV disables the APIC: so after it. */
	apic_write(APIC_LVT0, APIC_DM_EXTINT);
	apic_write(APIC_LVT1, APIC_DM_NMI);
}

void cpu_setup(void)
{
	set_memory_types();
	if (this_cpu_has(X86_FEATURE_APIC))
		set_up_apic();
}
