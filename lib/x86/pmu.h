/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Performance counters: what the CPU has, as values read once, and the arithmetic of their MSRs (Intel: SDM volume 3,
 * chapter 20, "Performance Monitoring", and CPUID leaf 0xa; AMD: APM volume 2, section 13.2). Without events: those are
 * the tests'.
 */
#ifndef X86_PMU_H
#define X86_PMU_H

#include "libcflat.h"
#include "x86/processor.h"

/* A vector for the APIC's LVT of performance counters that nothing else here uses. */
#define PMI_VECTOR		0xfa

/* RDPMC's index of the fixed counters: section 20.2.2; and their place in the global MSRs. */
#define FIXED_CNT_INDEX		32

/* Event selects: figure 20-1; AMD's: APM volume 2, figure 13-6. */
#define EVNTSEL_EVENT_SHIFT	0
#define EVNTSEL_UMASK_SHIFT	8
#define EVNTSEL_USR_SHIFT	16
#define EVNTSEL_OS_SHIFT	17
#define EVNTSEL_EDGE_SHIFT	18
#define EVNTSEL_PC_SHIFT	19
#define EVNTSEL_INT_SHIFT	20
#define EVNTSEL_EN_SHIFT	22
#define EVNTSEL_INV_SHIFT	23
#define EVNTSEL_CMASK_SHIFT	24
#define EVNTSEL_USR		(1 << EVNTSEL_USR_SHIFT)
#define EVNTSEL_OS		(1 << EVNTSEL_OS_SHIFT)
#define EVNTSEL_EDGE		(1 << EVNTSEL_EDGE_SHIFT)
#define EVNTSEL_PC		(1 << EVNTSEL_PC_SHIFT)
#define EVNTSEL_INT		(1 << EVNTSEL_INT_SHIFT)
#define EVNTSEL_EN		(1 << EVNTSEL_EN_SHIFT)
#define EVNTSEL_INV		(1 << EVNTSEL_INV_SHIFT)

/* IA32_PERF_GLOBAL_STATUS: figure 20-10. */
#define GLOBAL_STATUS_BUFFER_OVF	(1ull << 62)

/* Adaptive PEBS (section 20.9.2): a bit of an event select, and what MSR_PEBS_DATA_CFG lets a record hold. */
#define ICL_EVENTSEL_ADAPTIVE	(1ull << 34)
#define PEBS_DATACFG_MEMINFO	(1ull << 0)
#define PEBS_DATACFG_GPRS	(1ull << 1)
#define PEBS_DATACFG_XMMS	(1ull << 2)
#define PEBS_DATACFG_LBRS	(1ull << 3)
#define PEBS_DATACFG_LBR_SHIFT	24		/* how many LBRs, less one */
#define PEBS_DATACFG_MASK	(PEBS_DATACFG_MEMINFO | PEBS_DATACFG_GPRS | PEBS_DATACFG_XMMS | PEBS_DATACFG_LBRS)

/* The most branch records that any model has: table 18-4. */
#define MAX_NUM_LBR_ENTRY	32

/* AMD, unless CPUID says more: sections 13.2.1 and 13.2.2. */
#define AMD64_NUM_COUNTERS	4
#define AMD64_NUM_COUNTERS_CORE	6

/* IA32_PERF_CAPABILITIES: figure 20-63. */
#define PMU_CAP_LBR_FMT		0x3f
#define PMU_CAP_PEBS_FMT_SHIFT	8
#define PMU_CAP_PEBS_FMT	(0xf << PMU_CAP_PEBS_FMT_SHIFT)
#define PMU_CAP_FW_WRITES	(1ull << 13)
#define PMU_CAP_PEBS_BASELINE	(1ull << 14)
#define PMU_CAP_PEBS_TIMING	(1ull << 17)

struct pmu_caps {
	bool is_intel;			/* the kind of PMU: AMD's otherwise */
	u8 version;			/* Intel: CPUID.0xa:EAX; AMD: 2 with PerfMonV2, else 1; 0: no PMU */
	u8 nr_gp_counters;
	u8 gp_counter_width;		/* bits */
	u8 nr_fixed_counters;
	u8 fixed_counter_width;
	u8 arch_event_mask_length;	/* how many architectural events CPUID tells of */
	u32 arch_event_available;	/* bit n: event n is there */
	u32 msr_gp_counter_base;
	u32 msr_gp_event_select_base;
	u32 msr_global_status;		/* 0 if there is none, as are the next two */
	u32 msr_global_ctl;
	u32 msr_global_status_clr;
	u64 perf_cap;			/* IA32_PERF_CAPABILITIES, 0 if there is none */
};

/* Of the boot CPU. x86_start() fills it. */
extern struct pmu_caps pmu;
void pmu_init(void);

static inline bool this_cpu_has_pmu(void)
{
	return pmu.nr_gp_counters != 0;
}

static inline bool this_cpu_has_perf_global_ctrl(void)
{
	return pmu.msr_global_ctl != 0;
}

static inline bool this_cpu_has_perf_global_status(void)
{
	return pmu.msr_global_status != 0;
}

/* AMD's core counters alternate with their selects. */
static inline u32 pmu_msr_stride(void)
{
	return pmu.msr_gp_counter_base == MSR_F15H_PERF_CTR0 ? 2 : 1;
}

/* The MSRs of general counter i, and of fixed counter i. */
static inline u32 MSR_GP_COUNTERx(unsigned int i)
{
	return pmu.msr_gp_counter_base + i * pmu_msr_stride();
}

static inline u32 MSR_GP_EVENT_SELECTx(unsigned int i)
{
	return pmu.msr_gp_event_select_base + i * pmu_msr_stride();
}

static inline u32 MSR_PERF_FIXED_CTRx(unsigned int i)
{
	return MSR_CORE_PERF_FIXED_CTR0 + i;
}

/* Architectural event i of CPUID.0xa:EBX: 0 core cycles, 1 instructions retired, and so on (table 20-1). */
static inline bool pmu_arch_event_is_available(int i)
{
	return i < 32 && (pmu.arch_event_available >> i & 1);
}

/*
 * Full-width writes (section 20.2.8): counters have aliases that take all their bits, while the first ones sign-extend 32.
 * Says whether they exist, makes MSR_GP_COUNTERx() name them, says whether it does.
 */
static inline bool pmu_has_full_writes(void)
{
	return pmu.perf_cap & PMU_CAP_FW_WRITES;
}

static inline void pmu_activate_full_writes(void)
{
	pmu.msr_gp_counter_base = MSR_IA32_PMC0;
}

static inline bool pmu_use_full_writes(void)
{
	return pmu.msr_gp_counter_base == MSR_IA32_PMC0;
}

/* The formats of branch records and of PEBS records, and what belongs to the latter. */
static inline u32 pmu_lbr_version(void)
{
	return pmu.perf_cap & PMU_CAP_LBR_FMT;
}

static inline u32 pmu_pebs_format(void)
{
	return (pmu.perf_cap & PMU_CAP_PEBS_FMT) >> PMU_CAP_PEBS_FMT_SHIFT;
}

static inline bool pmu_has_pebs_baseline(void)
{
	return pmu.perf_cap & PMU_CAP_PEBS_BASELINE;
}

static inline bool pmu_has_pebs_timing_info(void)
{
	return pmu.perf_cap & PMU_CAP_PEBS_TIMING;
}

/* By CPUID.DS and IA32_MISC_ENABLE (SDM volume 4, table 2-2). */
bool pmu_has_pebs(void);

/* Stops and clears all counters of this CPU. */
void pmu_reset_all_counters(void);
/* Clears the overflow bits of this CPU that are set. */
void pmu_clear_global_status(void);

#endif
