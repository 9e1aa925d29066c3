/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * psci: the functions of PSCI (DEN0022, chapter 5; state of a CPU that starts: section 6.4) with right, wrong and reserved
 * arguments, every return code by name, and races for one CPU. CPUs are off until a case starts one, and off again
 * behind it; what starts them here is code that runs with the MMU off and notes what it finds.
 */
#include "case.h"
#include "alloc_page.h"
#include "on-cpus.h"
#include "patience.h"
#include "psci-test.h"
#include "smccc.h"
#include "asm/gic.h"
#include "asm/mmu.h"
#include "asm/psci.h"
#include "asm/smp.h"
#include "asm/timer.h"
#include "asm/try.h"

#define PATIENCE	20	/* seconds */

/* A function that has two numbers, by that for callers of our width; and what only callers of 64 bits can be asked. */
#define WIDE		(sizeof(long) == 8)
#define FN(name)	(WIDE ? PSCI_0_2_FN64_##name : PSCI_0_2_FN_##name)
#define ENTRY		((unsigned long)raw_entry)

static struct found found;

static void forget(void)
{
	memset(&found, 0, sizeof(found));
	found.smc = platform.psci == CONDUIT_SMC;
	dcache_clean_inval_poc((unsigned long)&found, (unsigned long)(&found + 1));
}

static long affinity_info(u64 target, u64 level)
{
	return psci_affinity_info(target, level);
}

static bool becomes(u64 target, long state)
{
	struct patience patience = { 0 };

	while (affinity_info(target, 0) != state)
		if (patience_over(&patience, PATIENCE))
			return false;
	return true;
}

/* ON, then OFF: a look at the count tells that it was on. */
static bool has_run(u64 target)
{
	bool off;

	for (struct patience p = { 0 }; !patience_over(&p, PATIENCE);) {
		dcache_clean_inval_poc((unsigned long)&found, (unsigned long)(&found + 1));
		if (READ_ONCE(found.count))
			break;
	}
	off = becomes(target, PSCI_0_2_AFFINITY_LEVEL_OFF);
	dcache_clean_inval_poc((unsigned long)&found, (unsigned long)(&found + 1));
	return off;
}

/* Starts the CPU at raw_entry, waits until it is off again; returns what CPU_ON said. */
static int start_raw(unsigned int function, u64 target, u64 extra)
{
	int ret;

	forget();
	ret = psci_invoke(function, target | extra, ENTRY | extra, (unsigned long)&found | extra);
	if (!ret)
		expect(has_run(target));
	return ret;
}

static unsigned int version(void)
{
	return psci_invoke(PSCI_0_2_FN_PSCI_VERSION, 0, 0, 0);
}

/* A number that no CPU has: affinity 0 one above all others'. */
static u64 absent_cpu(void)
{
	u64 id = 0;

	for (int i = 0; i < nr_cpus; i++)
		id = MAX(id, cpus[i]);
	return (id & ~0xffull) + 0xef00 + 0xef;
}

void case_setup(void)
{
	require_msg(platform.psci != CONDUIT_NONE, "the device tree has no PSCI");
}

CASE(version, "PSCI_VERSION is 0.2 at least, with bit 31 clear, and always the same")
{
	expect_ge(version(), 2);
	expect_eq(version() & 0x80000000u, 0);
	expect_eq(version(), version());
}

CASE(features, "PSCI_FEATURES knows the mandatory functions, and says NOT_SUPPORTED to what does not exist")
{
	static const u32 mandatory[] = {
		PSCI_0_2_FN_PSCI_VERSION, PSCI_0_2_FN_CPU_SUSPEND, FN(CPU_SUSPEND), PSCI_0_2_FN_CPU_OFF,
		PSCI_0_2_FN_CPU_ON, FN(CPU_ON), PSCI_0_2_FN_AFFINITY_INFO, FN(AFFINITY_INFO),
		PSCI_0_2_FN_SYSTEM_OFF, PSCI_0_2_FN_SYSTEM_RESET, PSCI_1_0_FN_PSCI_FEATURES,
	};
	static const u32 absent[] = {
		PSCI_0_2_FN(0x1f), PSCI_0_2_FN64(0x1f), PSCI_0_2_FN64(0), PSCI_0_2_FN64(2), PSCI_0_2_FN64(8),
		PSCI_0_2_FN64(9), PSCI_0_2_FN64(10), 0x8400ffffu, 0xbf000000u, 0, 0xffffffffu,
	};

	require_msg(PSCI_VERSION_MAJOR(version()) >= 1, "PSCI_FEATURES came with 1.0");
	for (size_t i = 0; i < ARRAY_SIZE(mandatory); i++) {
		int flags = psci_invoke(PSCI_1_0_FN_PSCI_FEATURES, mandatory[i], 0, 0);
		bool suspend = mandatory[i] == PSCI_0_2_FN_CPU_SUSPEND || mandatory[i] == FN(CPU_SUSPEND);

		/* CPU_SUSPEND has two flags (section 5.15), the others none. */
		expect_eq_msg(flags & ~(suspend ? 3 : 0), 0, "PSCI_FEATURES(%#" PRIx32 ")", mandatory[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(absent); i++)
		expect_eq_msg(psci_invoke(PSCI_1_0_FN_PSCI_FEATURES, absent[i], 0, 0), PSCI_RET_NOT_SUPPORTED,
			      "PSCI_FEATURES(%#" PRIx32 ")", absent[i]);
}

CASE(affinity_info, "AFFINITY_INFO: ON here, OFF for all others, and what is no CPU is INVALID_PARAMS")
{
	expect_eq(affinity_info(cpus[0], 0), PSCI_0_2_AFFINITY_LEVEL_ON);
	for (int i = 1; i < nr_cpus; i++)
		expect_eq_msg(affinity_info(cpus[i], 0), PSCI_0_2_AFFINITY_LEVEL_OFF, "CPU %d", i);
	expect_eq(psci_invoke(PSCI_0_2_FN_AFFINITY_INFO, cpus[0], 0, 0), PSCI_0_2_AFFINITY_LEVEL_ON);
	expect_eq(affinity_info(absent_cpu(), 0), PSCI_RET_INVALID_PARAMS);
}

CASE(affinity_levels, "AFFINITY_INFO of a level above 3 is INVALID_PARAMS")
{
	expect_eq(affinity_info(cpus[0], 4), PSCI_RET_INVALID_PARAMS);
	expect_eq(affinity_info(cpus[0], 0x100), PSCI_RET_INVALID_PARAMS);
}

CASE(affinity_reserved, "AFFINITY_INFO with a bit of the target set that must be zero is INVALID_PARAMS")
{
	expect_eq(affinity_info(cpus[0] | 1ull << 24, 0), PSCI_RET_INVALID_PARAMS);
	expect_eq(affinity_info(cpus[0] | 1ull << 31, 0), PSCI_RET_INVALID_PARAMS);
	if (WIDE) {
		expect_eq(affinity_info(cpus[0] | 1ull << 40, 0), PSCI_RET_INVALID_PARAMS);
		expect_eq(affinity_info(cpus[0] | 1ull << 63, 0), PSCI_RET_INVALID_PARAMS);
	}
}

CASE(affinity_higher, "AFFINITY_INFO of a higher level is ON while a CPU below it is, or that level is not supported")
{
	for (int level = 1; level < 4; level++) {
		long state = affinity_info(cpus[0], level);

		/* From 1.0 on only level 0 must be known: section 5.7.1. */
		expect_msg(state == PSCI_0_2_AFFINITY_LEVEL_ON || state == PSCI_RET_INVALID_PARAMS, "level %d: %ld", level,
			   state);
	}
}

CASE(cpu_on_self, "CPU_ON of a CPU that runs is ALREADY_ON, by either width")
{
	expect_eq(psci_invoke(FN(CPU_ON), cpus[0], ENTRY, 0), PSCI_RET_ALREADY_ON);
	expect_eq(psci_invoke(PSCI_0_2_FN_CPU_ON, cpus[0], ENTRY, 0), PSCI_RET_ALREADY_ON);
}

CASE(cpu_on_absent, "CPU_ON of a CPU that is not there, or with reserved bits, is INVALID_PARAMS")
{
	expect_eq(psci_invoke(FN(CPU_ON), absent_cpu(), ENTRY, 0), PSCI_RET_INVALID_PARAMS);
	expect_eq(psci_invoke(FN(CPU_ON), ~0ul, ENTRY, 0), PSCI_RET_INVALID_PARAMS);
	expect_eq(psci_invoke(PSCI_0_2_FN_CPU_ON, absent_cpu(), ENTRY, 0), PSCI_RET_INVALID_PARAMS);
}

CASE(cpu_on_reserved, "CPU_ON with a bit of the target set that must be zero is INVALID_PARAMS, and starts nothing")
{
	require(nr_cpus > 1);
	for (int bit = 24; bit < 32; bit += 7)
		expect_eq_msg(start_raw(FN(CPU_ON), cpus[1] | 1ull << bit, 0), PSCI_RET_INVALID_PARAMS, "bit %d", bit);
	if (WIDE)
		expect_eq(start_raw(FN(CPU_ON), cpus[1] | 1ull << 40, 0), PSCI_RET_INVALID_PARAMS);
	expect_eq(affinity_info(cpus[1], 0), PSCI_0_2_AFFINITY_LEVEL_OFF);
}

/* Section 6.4.3. */
static void expect_start_state(int cpu)
{
	expect_eq(found.count, 1);
	expect_eq(found.context, (unsigned long)&found);
	expect_eq(found.mpidr & MPIDR_HWID_BITMASK, cpus[cpu]);
	expect_eq(found.masks, FOUND_ALL_MASKED);
	expect_eq(found.sctlr & (SCTLR_EL1_M | SCTLR_EL1_C), 0);
	expect_eq(found.mode, platform.psci == CONDUIT_SMC ? FOUND_HYPERVISOR : FOUND_KERNEL);
}

CASE(cpu_on, "CPU_ON: X0 (R0) is the context, the level the highest, all exceptions masked, MMU and cache off; CPU_OFF ends it")
{
	require(nr_cpus > 1);
	for (int cpu = 1; cpu < nr_cpus; cpu++) {
		insist_eq(start_raw(FN(CPU_ON), cpus[cpu], 0), PSCI_RET_SUCCESS);
		expect_start_state(cpu);
	}
}

CASE(cpu_on_32, "the 32-bit CPU_ON does the same")
{
	require(nr_cpus > 1);
	insist_eq(start_raw(PSCI_0_2_FN_CPU_ON, cpus[1], 0), PSCI_RET_SUCCESS);
	expect_start_state(1);
}

CASE(cpu_on_halves, "the 32-bit CPU_ON takes the low halves of its arguments only (DEN0028, section 2.5.1)")
{
	require_msg(WIDE, "registers have 32 bits");
	require(nr_cpus > 1);
	insist_eq(start_raw(PSCI_0_2_FN_CPU_ON, cpus[1], 0xdeadull << 48), PSCI_RET_SUCCESS);
	expect_start_state(1);
}

CASE(cpu_on_thumb, "with bit 0 of the entry set a caller of 32 bits starts the CPU in T32 state (section 6.4.3)")
{
	require_msg(!WIDE, "there is no T32 in 64 bits");
	require(nr_cpus > 1);
	forget();
	insist_eq(psci_invoke(PSCI_0_2_FN_CPU_ON, cpus[1], (unsigned long)raw_entry_thumb | 1, (unsigned long)&found),
		  PSCI_RET_SUCCESS);
	insist(has_run(cpus[1]));
	expect_start_state(1);
}

CASE(wide_functions, "functions for callers of 64 bits are NOT_SUPPORTED for one of 32 (DEN0028, section 2.7), and do nothing")
{
	static const u32 wide[] = {
		PSCI_0_2_FN64_CPU_ON, PSCI_0_2_FN64_AFFINITY_INFO, PSCI_0_2_FN64_CPU_SUSPEND, PSCI_0_2_FN64_MIGRATE,
		PSCI_0_2_FN64_MIGRATE_INFO_UP_CPU,
	};

	require_msg(!WIDE, "registers have 64 bits");
	for (size_t i = 0; i < ARRAY_SIZE(wide); i++)
		expect_eq_msg(psci_invoke(wide[i], cpus[nr_cpus - 1], ENTRY, (unsigned long)&found), PSCI_RET_NOT_SUPPORTED,
			      "%#" PRIx32, wide[i]);
	if (nr_cpus > 1)
		expect_eq(affinity_info(cpus[nr_cpus - 1], 0), PSCI_0_2_AFFINITY_LEVEL_OFF);
}

CASE(cpu_on_again, "a CPU that was switched off starts again, a hundred times")
{
	require(nr_cpus > 1);
	for (int i = 0; i < 100; i++) {
		insist_eq(start_raw(FN(CPU_ON), cpus[1], 0), PSCI_RET_SUCCESS);
		insist_eq(found.count, 1);
	}
}

CASE(cpu_on_running, "CPU_ON of another CPU that runs is ALREADY_ON; its AFFINITY_INFO is ON, and OFF behind CPU_OFF")
{
	require(nr_cpus > 1);
	smp_boot_secondary(1, NULL);
	expect_eq(affinity_info(cpus[1], 0), PSCI_0_2_AFFINITY_LEVEL_ON);
	expect_eq(psci_cpu_on(cpus[1], ENTRY, 0), PSCI_RET_ALREADY_ON);
	smp_off(1);
	expect_eq(affinity_info(cpus[1], 0), PSCI_0_2_AFFINITY_LEVEL_OFF);
}

/* ---- a race ---- */

static struct {
	u64 target;
	u32 ready, go, callers;
	int results[NR_CPUS];
} race;

static void race_on(void *unused)
{
	(void)unused;
	__atomic_add_fetch(&race.ready, 1, __ATOMIC_SEQ_CST);
	while (!__atomic_load_n(&race.go, __ATOMIC_ACQUIRE))
		cpu_relax();
	race.results[arch_cpu_id()] = psci_cpu_on(race.target, ENTRY, (unsigned long)&found);
}

static void run_race(int last)
{
	race.ready = race.go = 0;
	forget();
	for (int cpu = 1; cpu < last; cpu++)
		on_cpu_async(cpu, race_on, NULL);
	while (__atomic_load_n(&race.ready, __ATOMIC_ACQUIRE) != (u32)last - 1)
		cpu_relax();
	__atomic_store_n(&race.go, 1, __ATOMIC_RELEASE);
	race_on(NULL);
	for (int cpu = 1; cpu < last; cpu++)
		on_cpu_join(cpu);
}

CASE(race, "of CPU_ONs of one CPU by all others at once one succeeds, if it has not ended meanwhile; the rest are told why")
{
	int last = nr_cpus - 1;

	require(nr_cpus > 2);
	race.target = cpus[last];
	for (int round = 0; round < 50; round++) {
		unsigned int started = 0;

		run_race(last);
		for (int cpu = 0; cpu < last; cpu++) {
			int r = race.results[cpu];

			started += r == PSCI_RET_SUCCESS;
			expect_msg(r == PSCI_RET_SUCCESS || r == PSCI_RET_ALREADY_ON || r == PSCI_RET_ON_PENDING,
				   "CPU %d: CPU_ON returned %d", cpu, r);
		}
		expect(becomes(race.target, PSCI_0_2_AFFINITY_LEVEL_OFF));
		dcache_clean_inval_poc((unsigned long)&found, (unsigned long)(&found + 1));
		expect_ge(started, 1);
		/* Each success ran once, no more. */
		expect_eq(found.count, started);
	}
	for (int cpu = 1; cpu < last; cpu++)
		smp_off(cpu);
}

/* ---- the rest ---- */

CASE(migrate, "nothing to migrate: MIGRATE_INFO_TYPE is 2 or not supported, and then MIGRATE is neither")
{
	int type = psci_invoke(PSCI_0_2_FN_MIGRATE_INFO_TYPE, 0, 0, 0);

	expect_msg(type == PSCI_0_2_TOS_MP || type == PSCI_RET_NOT_SUPPORTED, "MIGRATE_INFO_TYPE: %d", type);
	expect_eq(psci_invoke(PSCI_0_2_FN_MIGRATE, cpus[0], 0, 0), PSCI_RET_NOT_SUPPORTED);
	expect_eq(psci_invoke(PSCI_0_2_FN64_MIGRATE, cpus[0], 0, 0), PSCI_RET_NOT_SUPPORTED);
	expect_eq(psci_invoke(PSCI_0_2_FN_MIGRATE_INFO_UP_CPU, 0, 0, 0), PSCI_RET_NOT_SUPPORTED);
	expect_eq(psci_invoke(PSCI_0_2_FN64_MIGRATE_INFO_UP_CPU, 0, 0, 0), PSCI_RET_NOT_SUPPORTED);
}

CASE(suspend, "CPU_SUSPEND to a standby state returns SUCCESS when an interrupt is pending, masked or not")
{
	int irq = TIMER_VTIMER_IRQ, ret;
	u64 start;

	require_msg(gic_init(), "no GIC");
	require(irq > 0);
	gic_enable_defaults();
	gic_enable_irq(irq);
	start = get_cntvct();
	write_sysreg(start + get_cntfrq() / 20, cntv_cval_el0);
	write_sysreg(ARCH_TIMER_CTL_ENABLE, cntv_ctl_el0);
	isb();
	ret = psci_invoke(FN(CPU_SUSPEND), 0, ENTRY, 0);
	/* Without a wake-up event it may return at once or wait, but it may not come back by raw_entry. */
	expect_eq(ret, PSCI_RET_SUCCESS);
	while (!(read_sysreg(cntv_ctl_el0) & ARCH_TIMER_CTL_ISTATUS))
		cpu_relax();
	ret = psci_invoke(PSCI_0_2_FN_CPU_SUSPEND, 0, ENTRY, 0);
	write_sysreg(0, cntv_ctl_el0);
	isb();
	expect_eq(ret, PSCI_RET_SUCCESS);
	gic_disable_irq(irq);
}

/* The original format (section 5.4.2): bits 31 to 26 and 23 to 17 must be zero. An interrupt is pending: none waits. */
CASE(suspend_reserved, "CPU_SUSPEND with a reserved bit of its state set is INVALID_PARAMS, and not a suspension")
{
	static const int bits[] = { 17, 20, 23, 26, 31 };
	int irq = TIMER_VTIMER_IRQ, flags;

	require_msg(PSCI_VERSION_MAJOR(version()) >= 1, "PSCI_FEATURES came with 1.0");
	flags = psci_invoke(PSCI_1_0_FN_PSCI_FEATURES, FN(CPU_SUSPEND), 0, 0);
	require_msg(flags >= 0 && !(flags & 2), "another format of states");
	require_msg(gic_init(), "no GIC");
	require(irq > 0);
	gic_enable_defaults();
	gic_enable_irq(irq);
	write_sysreg(0, cntv_cval_el0);
	write_sysreg(ARCH_TIMER_CTL_ENABLE, cntv_ctl_el0);
	isb();
	for (size_t i = 0; i < ARRAY_SIZE(bits); i++)
		expect_eq_msg(psci_invoke(FN(CPU_SUSPEND), 1ul << bits[i], ENTRY, 0), PSCI_RET_INVALID_PARAMS, "bit %d",
			      bits[i]);
	write_sysreg(0, cntv_ctl_el0);
	isb();
	gic_disable_irq(irq);
}

static void enable_gic(void *unused)
{
	(void)unused;
	gic_enable_defaults();
}

CASE(off_is_off, "an SGI to a CPU that is off does not start it, and CPU_ON starts it as ever")
{
	require(nr_cpus > 1);
	require_msg(gic_init(), "no GIC");
	enable_gic(NULL);
	on_cpu(1, enable_gic, NULL);
	smp_off(1);
	forget();
	gic_ipi_send_single(SGI(3), 1);
	udelay(2000);
	expect_eq(affinity_info(cpus[1], 0), PSCI_0_2_AFFINITY_LEVEL_OFF);
	insist_eq(start_raw(FN(CPU_ON), cpus[1], 0), PSCI_RET_SUCCESS);
	expect_start_state(1);
}

/* 0: no argument of it is wrong for certain, so it is not called where it is supported. */
CASE(optional, "what PSCI_FEATURES says is not supported is not, if it is called; what it supports refuses a wrong argument")
{
	static const struct {
		u32 function;
		unsigned long wrong;
	} functions[] = {
		{ PSCI_0_2_FN(0x0d), 0 },	/* NODE_HW_STATE */
		{ PSCI_0_2_FN(0x0f), 2 },	/* PSCI_SET_SUSPEND_MODE: 0 and 1 exist */
		{ PSCI_0_2_FN(0x10), 0 },	/* PSCI_STAT_RESIDENCY */
		{ PSCI_0_2_FN(0x11), 0 },	/* PSCI_STAT_COUNT */
		{ PSCI_0_2_FN(0x12), 1 },	/* SYSTEM_RESET2: 1 to 0x7fffffff are reserved */
		{ PSCI_0_2_FN(0x13), 0 },	/* MEM_PROTECT */
	};

	require_msg(PSCI_VERSION_MAJOR(version()) >= 1, "PSCI_FEATURES came with 1.0");
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
		u32 function = functions[i].function;
		unsigned long wrong = functions[i].wrong;
		int known = psci_invoke(PSCI_1_0_FN_PSCI_FEATURES, function, 0, 0);

		if (known < 0)
			expect_eq_msg(known, PSCI_RET_NOT_SUPPORTED, "PSCI_FEATURES(%#" PRIx32 ")", function);
		if (known < 0 || wrong)
			expect_eq_msg(psci_invoke(function, wrong, 0, 0),
				      known < 0 ? PSCI_RET_NOT_SUPPORTED : PSCI_RET_INVALID_PARAMS, "%#" PRIx32,
				      function);
	}
}

static void call_unknown(void *data)
{
	*(long *)data = psci_invoke(*(u32 *)data, 0, 0, 0);
}

CASE(unknown, "function numbers of PSCI's range that do not exist are NOT_SUPPORTED")
{
	static const u32 unknown[] = {
		PSCI_0_2_FN(0x1f), PSCI_0_2_FN64(0x1f), PSCI_0_2_FN64(0), PSCI_0_2_FN64(2), PSCI_0_2_FN64(8), PSCI_0_2_FN64(9),
	};

	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++) {
		long value = unknown[i];

		if (expect_msg(!catch_exception(call_unknown, &value), "%#" PRIx32 " is undefined", unknown[i]))
			expect_eq_msg(value, PSCI_RET_NOT_SUPPORTED, "%#" PRIx32, unknown[i]);
	}
}
