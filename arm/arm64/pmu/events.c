/* SPDX-License-Identifier: BSD-2-Clause */
/* Event counters: SW_INCR, which counts only what software says, overflow, and the interrupt. */
#include "case.h"
#include "patience.h"
#include "platform.h"
#include "pmu-test.h"
#include "asm/gic.h"

CASE(sw_incr, "PMSWINC_EL0 adds one to the counters of its mask that count SW_INCR and are "
	      "enabled, and to no other")
{
	pmu_start();
	require(counters() >= 2);
	enable_counters(1);
	sw_incr(3);
	sw_incr(1);
	sw_incr(2);
	expect_eq(count(0), 2);
	expect_eq(count(1), 0);
	enable_counters(2);
	sw_incr(2);
	expect_eq(count(0), 2);
	expect_eq(count(1), 1);
	write_sysreg(PMCR_LC, pmcr_el0);
	isb();
	sw_incr(3);
	expect_eq(count(0), 2);
	write_sysreg(2, pmcntenclr_el0);
	write_sysreg(PMCR_E | PMCR_LC, pmcr_el0);
	isb();
	sw_incr(3);
	expect_eq(count(0), 3);
	expect_eq(count(1), 1);
	expect_eq(read_sysreg(pmovsset_el0), 0);
	pmu_stop();
}

CASE(sw_incr_announced, "PMCEID0_EL0 says that SW_INCR is there: PMUv3 must have it")
{
	pmu_start();
	require(counters() > 0);
	expect_eq(read_sysreg(pmceid0_el0) & 1, 1);
	pmu_stop();
}

CASE(sw_incr_filter, "a type's P filter: SW_INCR at EL1 does not count, without it does")
{
	pmu_start();
	require(counters() > 0);
	enable_counters(1);
	set_event(0, EVENT_SW_INCR | FILTER_P);
	sw_incr(1);
	expect_eq(count(0), 0);
	set_event(0, EVENT_SW_INCR | FILTER_U);
	sw_incr(1);
	expect_eq(count(0), 1);
	pmu_stop();
}

CASE(overflow, "beyond 32 bits a counter sets its own bit of PMOVSSET_EL0 only, once; it has 32 "
	       "bits, or with FEAT_PMUv3p5 64")
{
	u64 carry;

	pmu_start();
	require(counters() >= 2);
	carry = pmu_version() >= 6 ? 1ul << 32 : 0;
	enable_counters(3);
	set_count(0, 0xfffffffe);
	set_count(1, 0xfffffff0);
	sw_incr(3);
	expect_eq(count(0), 0xffffffff);
	expect_eq(read_sysreg(pmovsset_el0), 0);
	sw_incr(3);
	expect_eq(count(0), carry);
	expect_eq(read_sysreg(pmovsset_el0), 1);
	sw_incr(3);
	expect_eq(count(0), carry + 1);
	expect_eq(count(1), 0xfffffff3);
	write_sysreg(1, pmovsclr_el0);
	isb();
	expect_eq(read_sysreg(pmovsset_el0), 0);
	pmu_stop();
}

CASE(overflow_long, "PMCR_EL0.LP (FEAT_PMUv3p5): a counter overflows at 64 bits, not at 32")
{
	pmu_start();
	require(counters() > 0);
	require_msg(pmu_version() >= 6, "no FEAT_PMUv3p5");
	write_sysreg(PMCR_E | PMCR_LC | PMCR_LP, pmcr_el0);
	enable_counters(1);
	set_count(0, 0xffffffff);
	sw_incr(1);
	expect_eq(count(0), 1ul << 32);
	expect_eq(read_sysreg(pmovsset_el0), 0);
	set_count(0, ~0ul);
	sw_incr(1);
	expect_eq(count(0), 0);
	expect_eq(read_sysreg(pmovsset_el0), 1);
	pmu_stop();
}

CASE(inst_retired, "INST_RETIRED, if PMCEID0_EL0 has it, counts about as many as a loop has")
{
	const u64 n = 100000;
	u64 counted, left = n;

	pmu_start();
	require(counters() > 0);
	require_msg(read_sysreg(pmceid0_el0) >> EVENT_INST_RETIRED & 1, "no INST_RETIRED");
	set_event(0, EVENT_INST_RETIRED);
	enable_counters(1);
	set_count(0, 0);
	asm volatile("1: subs %0, %0, #1\n\tb.ne 1b" : "+r" (left) : : "cc");
	counted = count(0);
	pmu_stop();
	/* D13.1: reasonably accurate. */
	expect_ge(counted, 2 * n * 9 / 10);
	expect_le(counted, 2 * n * 3);
}

/* ---- the interrupt ---- */

static int interrupt(void)
{
	int node = fdt_find_compatible(&platform.fdt, FDT_NONE, "arm,armv8-pmuv3");

	return node == FDT_NONE ? -1 : platform_interrupt(node, 0);
}

static bool pending(int irq)
{
	return gic_get_irq_bit(irq, GICD_ISPENDR);
}

static volatile u32 taken, taken_irq;
static volatile u64 taken_flags;

static void take(struct pt_regs *regs)
{
	u32 iar = gic_read_iar();

	(void)regs;
	taken++;
	taken_irq = gic_iar_irqnr(iar);
	taken_flags = read_sysreg(pmovsset_el0);
	write_sysreg(taken_flags, pmovsclr_el0);
	isb();
	gic_write_eoir(iar);
}

CASE(interrupt, "an overflow whose interrupt is enabled raises the PMU's, as a level that ends "
		"with the flag; one that is not does not")
{
	int irq = interrupt();

	pmu_start();
	require(counters() > 0);
	require_msg(gic_init(), "no GIC");
	require_msg(irq >= 16, "the device tree says no interrupt");
	gic_enable_defaults();
	enable_counters(1);
	write_sysreg(1, pmovsset_el0);
	isb();
	expect(!pending(irq));
	write_sysreg(1, pmintenset_el1);
	isb();
	expect(pending(irq));
	write_sysreg(1, pmovsclr_el0);
	isb();
	expect(!pending(irq));
	set_count(0, 0xffffffff);
	sw_incr(1);
	expect(pending(irq));
	taken = 0;
	install_irq_handler(EL1H_IRQ, take);
	gic_enable_irq(irq);
	local_irq_enable();
	for (struct patience p = { 0 }; !taken && !patience_over(&p, 10);)
		cpu_relax();
	local_irq_disable();
	gic_disable_irq(irq);
	expect_eq(taken, 1);
	expect_eq(taken_irq, irq);
	expect_eq(taken_flags, 1);
	expect(!pending(irq));
	pmu_stop();
}
