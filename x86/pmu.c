/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Performance counters (SDM volume 3, chapter 20; APM volume 2, section 13.2): that what CPUID announces is there, and
 * counts. No machine of ours has a PMU under emulation, nor under KVM without hardware virtualization: there all cases
 * are skipped but those about its absence.
 */
#include "case.h"
#include "x86/pmu.h"
#include "x86/apic.h"
#include "x86/isr.h"

#define require_pmu()	require_msg(this_cpu_has_pmu(), "the CPU has no performance counters")

#define LOOPS		10000
#define KERNEL		(EVNTSEL_OS | EVNTSEL_EN)
/* Instructions retired: SDM, table 20-1; AMD's event 0xc0 is the same. */
#define INSTRUCTIONS	0xc0

static u64 counter_mask(void)
{
	return pmu.gp_counter_width < 64 ? (1ull << pmu.gp_counter_width) - 1 : ~0ull;
}

/* Two instructions a round. */
static void loop(void)
{
	unsigned long n = LOOPS;

	asm volatile("1: dec %0\n\tjnz 1b" : "+r" (n) : : "cc");
}

static void start(u64 value)
{
	pmu_reset_all_counters();
	wrmsr(MSR_GP_COUNTERx(0), value & counter_mask());
	if (this_cpu_has_perf_global_ctrl())
		wrmsr(pmu.msr_global_ctl, 1);
	wrmsr(MSR_GP_EVENT_SELECTx(0), INSTRUCTIONS | KERNEL | EVNTSEL_INT);
}

static u64 stop(void)
{
	wrmsr(MSR_GP_EVENT_SELECTx(0), 0);
	return rdmsr(MSR_GP_COUNTERx(0));
}

CASE(absent, "without a version nothing is announced (SDM volume 2, CPUID)")
{
	require_msg(!this_cpu_has_pmu(), "the CPU has performance counters");
	expect_eq(pmu.version, 0);
	expect_eq(pmu.nr_fixed_counters, 0);
	expect_eq(this_cpu_property(X86_PROPERTY_PMU_VERSION), 0);
	expect_eq(this_cpu_property(X86_PROPERTY_PMU_NR_GP_COUNTERS), 0);
	expect_eq(this_cpu_property(X86_PROPERTY_PMU_NR_FIXED_COUNTERS), 0);
}

CASE(rdpmc_absent, "RDPMC of a counter that there is not raises GP (SDM volume 2, RDPMC)")
{
	u64 value;

	expect_eq(rdpmc_safe(FIXED_CNT_INDEX - 1, &value), GP_VECTOR);
}

CASE(announced, "counters, widths and events are in the range of the manuals")
{
	require_pmu();
	expect_ge(pmu.gp_counter_width, 32);
	expect_le(pmu.gp_counter_width, 64);
	expect_le(pmu.nr_gp_counters, FIXED_CNT_INDEX);
	expect(!pmu.nr_fixed_counters || (pmu.fixed_counter_width >= 32 && pmu.fixed_counter_width <= 64));
	expect(!pmu.is_intel || pmu_arch_event_is_available(1));
}

CASE(counters, "every counter holds its bits, each for itself, and RDPMC reads them; one more than there are is GP")
{
	u64 value;

	require_pmu();
	pmu_reset_all_counters();
	if (pmu_has_full_writes())
		pmu_activate_full_writes();
	for (unsigned int i = 0; i < pmu.nr_gp_counters; i++)
		wrmsr(MSR_GP_COUNTERx(i), 0x12340000 + i);
	for (unsigned int i = 0; i < pmu.nr_gp_counters; i++) {
		expect_eq_msg(rdmsr(MSR_GP_COUNTERx(i)), 0x12340000 + i, "counter %u", i);
		expect_eq_msg(rdpmc(i), 0x12340000 + i, "counter %u", i);
	}
	expect_eq(rdpmc_safe(pmu.nr_gp_counters, &value), GP_VECTOR);
}

CASE(instructions, "a loop retires its instructions, and a counter that is off none")
{
	u64 counted;

	require_pmu();
	start(0);
	loop();
	counted = stop();
	expect_ge(counted, 2 * LOOPS);
	/* The MSR accesses around it are few. */
	expect_le(counted, 2 * LOOPS + 100);
	loop();
	expect_eq(rdmsr(MSR_GP_COUNTERx(0)), counted);
}

static volatile u32 overflows;

static void count_overflow(isr_regs_t *regs)
{
	overflows++;
	eoi();
}

CASE(overflow, "a counter that overflows interrupts, is shown by the global status, and goes on from 0")
{
	require_pmu();
	require_msg(apic_lvt_entry_supported(4), "the APIC has no LVT entry for it");
	handle_irq(PMI_VECTOR, count_overflow);
	apic_write(APIC_LVTPC, PMI_VECTOR);
	overflows = 0;
	start(-(u64)LOOPS);
	sti();
	loop();
	cli();
	expect_lt(stop(), 2 * LOOPS);
	expect_eq(overflows, 1);
	apic_write(APIC_LVTPC, APIC_LVT_MASKED);
	if (!this_cpu_has_perf_global_status())
		return;
	expect_eq(rdmsr(pmu.msr_global_status), 1);
	pmu_clear_global_status();
	expect_eq(rdmsr(pmu.msr_global_status), 0);
}
