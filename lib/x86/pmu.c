/* SPDX-License-Identifier: BSD-2-Clause */
/* Performance counters: finding out what there is, and resetting it; see pmu.h. */
#include "x86/pmu.h"

#define AMD_COUNTER_WIDTH	48	/* APM volume 2, section 13.2.1 */

struct pmu_caps pmu;

static void init_intel(void)
{
	u32 length = this_cpu_property(X86_PROPERTY_PMU_EBX_BIT_VECTOR_LENGTH);

	pmu.is_intel = true;
	pmu.version = this_cpu_property(X86_PROPERTY_PMU_VERSION);
	if (!pmu.version)
		return;
	pmu.nr_gp_counters = this_cpu_property(X86_PROPERTY_PMU_NR_GP_COUNTERS);
	pmu.gp_counter_width = this_cpu_property(X86_PROPERTY_PMU_GP_COUNTERS_BIT_WIDTH);
	/* A bit that is set means that the event is not there. */
	pmu.arch_event_mask_length = length;
	pmu.arch_event_available = ~cpuid(0xa).b & (length < 32 ? (1u << length) - 1 : ~0u);
	pmu.msr_gp_counter_base = MSR_IA32_PERFCTR0;
	pmu.msr_gp_event_select_base = MSR_P6_EVNTSEL0;
	if (this_cpu_has(X86_FEATURE_PDCM))
		rdmsr_safe(MSR_IA32_PERF_CAPABILITIES, &pmu.perf_cap);
	if (pmu.version < 2)
		return;
	pmu.nr_fixed_counters = this_cpu_property(X86_PROPERTY_PMU_NR_FIXED_COUNTERS);
	pmu.fixed_counter_width = this_cpu_property(X86_PROPERTY_PMU_FIXED_COUNTERS_BIT_WIDTH);
	pmu.msr_global_status = MSR_CORE_PERF_GLOBAL_STATUS;
	pmu.msr_global_ctl = MSR_CORE_PERF_GLOBAL_CTRL;
	pmu.msr_global_status_clr = MSR_CORE_PERF_GLOBAL_OVF_CTRL;
}

/* The four old counters have no CPUID bit; machines without them take the write and read 0, or fault. */
static bool has_k7_counters(void)
{
	u64 value = 0;
	bool held = !wrmsr_safe(MSR_K7_EVNTSEL0, EVNTSEL_OS) && !rdmsr_safe(MSR_K7_EVNTSEL0, &value) &&
		    value == EVNTSEL_OS;

	if (held)
		wrmsr(MSR_K7_EVNTSEL0, 0);
	return held;
}

static void init_amd(void)
{
	if (this_cpu_has(X86_FEATURE_PERFCTR_CORE)) {
		pmu.nr_gp_counters = AMD64_NUM_COUNTERS_CORE;
		pmu.msr_gp_counter_base = MSR_F15H_PERF_CTR0;
		pmu.msr_gp_event_select_base = MSR_F15H_PERF_CTL0;
	} else if (has_k7_counters()) {
		pmu.nr_gp_counters = AMD64_NUM_COUNTERS;
		pmu.msr_gp_counter_base = MSR_K7_PERFCTR0;
		pmu.msr_gp_event_select_base = MSR_K7_EVNTSEL0;
	} else {
		return;
	}
	pmu.version = 1;
	pmu.gp_counter_width = AMD_COUNTER_WIDTH;
	if (!this_cpu_has(X86_FEATURE_AMD_PMU_V2))
		return;
	pmu.version = 2;
	pmu.nr_gp_counters = this_cpu_property(X86_PROPERTY_NR_PERFCTR_CORE);
	pmu.msr_global_status = MSR_AMD64_PERF_CNTR_GLOBAL_STATUS;
	pmu.msr_global_ctl = MSR_AMD64_PERF_CNTR_GLOBAL_CTL;
	pmu.msr_global_status_clr = MSR_AMD64_PERF_CNTR_GLOBAL_STATUS_CLR;
}

void pmu_init(void)
{
	if (is_amd())
		init_amd();
	else
		init_intel();
}

bool pmu_has_pebs(void)
{
	return pmu.is_intel && this_cpu_has(X86_FEATURE_DS) &&
	       !(rdmsr(MSR_IA32_MISC_ENABLE) & MSR_IA32_MISC_ENABLE_PEBS_UNAVAIL);
}

void pmu_reset_all_counters(void)
{
	for (unsigned int i = 0; i < pmu.nr_gp_counters; i++) {
		wrmsr(MSR_GP_EVENT_SELECTx(i), 0);
		wrmsr(MSR_GP_COUNTERx(i), 0);
	}
	if (!pmu.nr_fixed_counters)
		return;
	wrmsr(MSR_CORE_PERF_FIXED_CTR_CTRL, 0);
	for (unsigned int i = 0; i < pmu.nr_fixed_counters; i++)
		wrmsr(MSR_PERF_FIXED_CTRx(i), 0);
}

void pmu_clear_global_status(void)
{
	wrmsr(pmu.msr_global_status_clr, rdmsr(pmu.msr_global_status));
}
