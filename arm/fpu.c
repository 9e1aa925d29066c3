/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu: the SIMD and FP registers with their status and control belong to one vCPU and stay as they are: over interrupts,
 * exceptions, calls of the hypervisor, WFI, EL0, and while other CPUs fill theirs (Arm ARM, sections C5.2.8, D1.3.2;
 * DEN0028, section 2.6). The library itself never touches them. Access to them: arm64/fpu-traps.c, arm/fpu-traps.c.
 */
#include "case.h"
#include "arch-hooks.h"
#include "fpu-state.h"
#include "on-cpus.h"
#include "smccc.h"
#include "asm/gic.h"
#include "asm/processor.h"
#include "asm/psci.h"
#include "asm/setup.h"
#include "asm/timer.h"
#include "asm/try.h"

/* Loads a pattern, lets something happen, and compares all there is. */
static void check(u64 seed, void (*happen)(void))
{
	struct fpu_state before, after;

	fpu_fill(&before, seed);
	fpu_load(&before);
	happen();
	fpu_store(&after);
	expect_mem(&after, &before, sizeof(before));
}

void case_setup(void)
{
	require_msg(fpu_present(), "no FP");
}

static void nothing(void)
{
}

CASE(registers, "all 32 registers, and control and status, hold what they are given")
{
	for (u64 seed = 1; seed < 32; seed++)
		check(seed, nothing);
}

static void undefined(void)
{
	asm_safe("udf #0");
	asm_safe("svc #3");
}

CASE(exceptions, "exceptions leave them alone")
{
	check(3, undefined);
}

static void hypercalls(void)
{
	for (int i = 0; i < 20; i++)
		psci_invoke(PSCI_0_2_FN_PSCI_VERSION, 0, 0, 0);
	psci_affinity_info(cpus[0], 0);
}

CASE(hypercalls, "calls of the hypervisor leave them alone")
{
	require(platform.psci != CONDUIT_NONE);
	check(5, hypercalls);
}

static volatile u32 ticks;

static void tick(struct pt_regs *regs)
{
	u32 iar = gic_read_iar();

	(void)regs;
	ticks++;
	write_sysreg(get_cntvct() + get_cntfrq() / 2000, cntv_cval_el0);
	isb();
	gic_write_eoir(iar);
}

static void start_ticks(void)
{
	require_msg(gic_init(), "no GIC");
	require(TIMER_VTIMER_IRQ > 0);
	gic_enable_defaults();
	install_irq_handler(VECTOR_IRQ, tick);
	gic_enable_irq(TIMER_VTIMER_IRQ);
	ticks = 0;
	write_sysreg(get_cntvct(), cntv_cval_el0);
	write_sysreg(ARCH_TIMER_CTL_ENABLE, cntv_ctl_el0);
	isb();
}

static void stop_ticks(void)
{
	write_sysreg(0, cntv_ctl_el0);
	isb();
	gic_disable_irq(TIMER_VTIMER_IRQ);
}

static void be_interrupted(void)
{
	u32 until = ticks + 20;

	local_irq_enable();
	while ((s32)(ticks - until) < 0)
		cpu_relax();
	local_irq_disable();
}

static void sleep(void)
{
	u32 until = ticks + 5;

	local_irq_enable();
	while ((s32)(ticks - until) < 0)
		wfi();
	local_irq_disable();
}

CASE(interrupts, "twenty interrupts of the timer leave them alone, and so does WFI")
{
	start_ticks();
	check(6, be_interrupted);
	check(7, sleep);
	stop_ticks();
	expect_ge(ticks, 25);
}

static u64 user_adds(u64 arg)
{
	return arg + 1;
}

static void visit_user(void)
{
	run_in_user(user_adds, 1);
}

CASE(user, "EL0 and back leaves them alone")
{
	check(9, visit_user);
	expect(!exception_record()->raised);
}

/* ---- several CPUs ---- */

static u32 damaged[NR_CPUS];

static void hold(void *unused)
{
	int cpu = arch_cpu_id();
	struct fpu_state before, after;

	(void)unused;
	for (int round = 0; round < 200; round++) {
		fpu_fill(&before, cpu * 1000 + round);
		fpu_load(&before);
		if (platform.psci != CONDUIT_NONE && round % 10 == 0)
			psci_invoke(PSCI_0_2_FN_PSCI_VERSION, 0, 0, 0);
		for (int i = 0; i < 50; i++)
			cpu_relax();
		fpu_store(&after);
		damaged[cpu] += memcmp(&before, &after, sizeof(before)) != 0;
	}
}

CASE(cpus, "every CPU keeps its own while all change theirs")
{
	on_cpus(hold, NULL);
	for (int cpu = 0; cpu < nr_cpus; cpu++)
		expect_eq_msg(damaged[cpu], 0, "CPU %d", cpu);
}
