/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pvtime: stolen time by paravirtualized time (DEN0057A). It is not there unless it was configured; where it is, each vCPU
 * has a structure of its own: revision and attributes zero, aligned to 64 bytes, and a time that never runs back and
 * grows no faster than the clock. Starving a vCPU on purpose needs a host's help: that part is skipped.
 */
#include "case.h"
#include "arch-hooks.h"
#include "memory_map.h"
#include "on-cpus.h"
#include "smccc.h"
#include "asm/io.h"
#include "asm/mmu.h"
#include "asm/processor.h"
#include "asm/psci.h"
#include "asm/smp.h"
#include "asm/try.h"

/* Section 3.2.2. */
struct stolen_time {
	u32 revision, attributes;
	u64 stolen_ns;
	u8 reserved[48];
};
_Static_assert(sizeof(struct stolen_time) == 64, "DEN0057A, table 3");

static s64 results[NR_CPUS];

static void do_call(void *data)
{
	smccc_call(data);
}

static s64 call(u32 function, unsigned long arg)
{
	struct smccc_regs regs = { { function, arg } };

	if (catch_exception(do_call, &regs))
		report_abort("%#x is undefined", function);
	return (s64)regs.r[0];
}

static bool offered(void)
{
	return call(PV_TIME_FEATURES, PV_TIME_FEATURES) == SMCCC_SUCCESS;
}

static void ask(void *unused)
{
	(void)unused;
	results[arch_cpu_id()] = call(PV_TIME_ST, 0);
}

static const volatile struct stolen_time *structure(int cpu)
{
	return phys_to_virt(results[cpu]);
}

/* The structure may lie outside of what the memory map calls RAM. */
static void find_structures(void)
{
	require_msg(offered(), "no paravirtualized time");
	on_cpus(ask, NULL);
	for (int cpu = 0; cpu < nr_cpus; cpu++) {
		insist(results[cpu] >= 0);
		if (!follow_pte(mmu_idmap, (uintptr_t)results[cpu]))
			mmu_set_range_ptes(mmu_idmap, results[cpu], results[cpu] & PAGE_MASK,
					   (results[cpu] & PAGE_MASK) + PAGE_SIZE, PTE_ATTRINDX(MT_NORMAL) | PTE_SHARED |
					   PTE_UXN | PTE_PXN | PTE_RDONLY);
	}
}

void case_setup(void)
{
	require_msg(platform.psci != CONDUIT_NONE, "the device tree names no conduit");
}

CASE(absent, "not configured, PV_TIME_FEATURES and PV_TIME_ST are NOT_SUPPORTED, on every CPU")
{
	require_msg(!offered(), "paravirtualized time is there");
	expect_eq(call(PV_TIME_FEATURES, PV_TIME_FEATURES), SMCCC_NOT_SUPPORTED);
	expect_eq(call(PV_TIME_FEATURES, PV_TIME_ST), SMCCC_NOT_SUPPORTED);
	on_cpus(ask, NULL);
	for (int cpu = 0; cpu < nr_cpus; cpu++)
		expect_eq_msg(results[cpu], SMCCC_NOT_SUPPORTED, "PV_TIME_ST on CPU %d", cpu);
}

CASE(features, "PV_TIME_FEATURES says yes to itself and PV_TIME_ST, and no to any other number")
{
	static const u32 others[] = { 0xc5000022, 0xc500001f, 0x85000021, 0x85000020, PSCI_0_2_FN_PSCI_VERSION, 0, ~0u };

	require_msg(offered(), "no paravirtualized time");
	expect_eq(call(PV_TIME_FEATURES, PV_TIME_ST), SMCCC_SUCCESS);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		expect_eq_msg(call(PV_TIME_FEATURES, others[i]), SMCCC_NOT_SUPPORTED, "PV_TIME_FEATURES(%#x)", others[i]);
}

CASE(width, "the 32-bit numbers of both functions do not exist")
{
	expect_eq((s32)call(PV_TIME_FEATURES & ~SMCCC_64, PV_TIME_ST), SMCCC_NOT_SUPPORTED);
	expect_eq((s32)call(PV_TIME_ST & ~SMCCC_64, 0), SMCCC_NOT_SUPPORTED);
}

CASE(placement, "each vCPU's structure is aligned to 64 bytes, none overlaps, and each call gives the same")
{
	find_structures();
	for (int cpu = 0; cpu < nr_cpus; cpu++) {
		s64 first = results[cpu];

		expect_eq_msg(first & 63, 0, "CPU %d", cpu);
		for (int other = 0; other < cpu; other++)
			expect_msg(results[other] - first >= 64 || first - results[other] >= 64, "CPUs %d and %d", cpu, other);
		on_cpu(cpu, ask, NULL);
		expect_eq_msg(results[cpu], first, "CPU %d", cpu);
	}
}

CASE(header, "revision and attributes are zero, and so is what is reserved")
{
	find_structures();
	for (int cpu = 0; cpu < nr_cpus; cpu++) {
		expect_eq(structure(cpu)->revision, 0);
		expect_eq(structure(cpu)->attributes, 0);
		for (int i = 0; i < 48; i++)
			expect_eq(structure(cpu)->reserved[i], 0);
	}
}

CASE(monotonic, "stolen time never runs back, and never faster than the clock")
{
	u64 start, stolen, last;

	find_structures();
	start = arch_time_ns();
	stolen = last = structure(0)->stolen_ns;
	while (arch_time_ns() - start < 200000000) {
		u64 now = structure(0)->stolen_ns;

		expect_ge(now, last);
		last = now;
	}
	/* Updated at entry: the last turn may have begun before start. */
	expect_le(last - stolen, arch_time_ns() - start + 100000000);
	metric("stolen_of_200ms", last - stolen, "ns");
}

CASE(starved, "stolen time grows by what a competitor takes")
{
	require_msg(offered(), "no paravirtualized time");
	require_msg(getenv("COMPETITOR"), "needs a host that starves this vCPU (COMPETITOR=1 in the environment)");
	find_structures();
	for (int i = 0; i < 20; i++) {
		u64 before = structure(0)->stolen_ns;

		mdelay(100);
		if (structure(0)->stolen_ns - before > 10000000) {
			expect(true);
			return;
		}
	}
	expect_msg(false, "two seconds beside a competitor, and never 10 ms of 100 stolen");
}
