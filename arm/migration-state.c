/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What Arm machines keep when they are migrated, beside common/migration.c: registers of the CPU
 * that nothing reads all the while, SIMD and FP registers, timers that run, the GIC's state of
 * each interrupt (IHI 0048, IHI 0069), and which CPUs are off.
 */
#include "case.h"
#include "arch-hooks.h"
#include "fpu-state.h"
#include "migrate.h"
#include "patience.h"
#include "platform.h"
#include "asm/gic.h"
#include "asm/processor.h"
#include "asm/psci.h"
#include "asm/setup.h"
#include "asm/smp.h"
#include "asm/timer.h"

void case_setup(void)
{
	require_msg(migrate_offered(), "nobody here migrates the machine");
}

CASE(thread_ids, "TPIDR_EL0, TPIDRRO_EL0 and CONTEXTIDR_EL1")
{
	write_sysreg(0x5a5a1234, tpidr_el0);
	write_sysreg(0xa5a54321, tpidrro_el0);
	write_sysreg(0x42, contextidr_el1);
	migrate_quiet();
	expect_eq(read_sysreg(tpidr_el0), 0x5a5a1234);
	expect_eq(read_sysreg(tpidrro_el0), 0xa5a54321);
	expect_eq(read_sysreg(contextidr_el1), 0x42);
	write_sysreg(0, contextidr_el1);
}

CASE(fpu, "SIMD and FP registers, control and status")
{
	struct fpu_state before, after;

	require_msg(fpu_present(), "no FP");
	for (u64 seed = 1; seed < 4; seed++) {
		fpu_fill(&before, seed);
		fpu_load(&before);
		migrate_quiet();
		fpu_store(&after);
		expect_mem(&after, &before, sizeof(before));
	}
}

/* ---- timers ---- */

CASE(timer_runs, "a timer that waits has its time still, and ends no earlier")
{
	u64 due = read_sysreg(cntvct_el0) + 2ull * get_cntfrq();
	struct patience patience = { 0 };

	write_sysreg(due, cntv_cval_el0);
	write_sysreg(ARCH_TIMER_CTL_ENABLE | ARCH_TIMER_CTL_IMASK, cntv_ctl_el0);
	isb();
	migrate_quiet();
	expect_eq(read_sysreg(cntv_cval_el0), due);
	while (!(read_sysreg(cntv_ctl_el0) & ARCH_TIMER_CTL_ISTATUS) &&
	       !patience_over(&patience, 30))
		isb();
	expect(read_sysreg(cntv_ctl_el0) & ARCH_TIMER_CTL_ISTATUS);
	expect_ge(read_sysreg(cntvct_el0), due);
	write_sysreg(0, cntv_ctl_el0);
}

static u32 acknowledge(void)
{
	struct patience patience = { 0 };
	u32 iar = GICC_INT_SPURIOUS;

	while (gic_iar_irqnr(iar) == GICC_INT_SPURIOUS && !patience_over(&patience, 20))
		iar = gic_read_iar();
	return iar;
}

static u64 set_timer(u64 wait)
{
	u64 due = get_cntvct() + wait;

	write_sysreg(due, cntv_cval_el0);
	write_sysreg(ARCH_TIMER_CTL_ENABLE, cntv_ctl_el0);
	isb();
	return due;
}

CASE(timer_fires, "a timer that waits interrupts on the other side")
{
	u32 iar;

	require_msg(gic_init(), "no GIC");
	gic_enable_defaults();
	gic_enable_irq(TIMER_VTIMER_IRQ);
	migrate_with_timer(set_timer, get_cntvct, get_cntfrq() / 2);
	iar = acknowledge();
	expect_eq(gic_iar_irqnr(iar), (u32)TIMER_VTIMER_IRQ);
	write_sysreg(0, cntv_ctl_el0);
	isb();
	gic_write_eoir(iar);
	gic_disable_irq(TIMER_VTIMER_IRQ);
}

/* ---- the GIC ---- */

CASE(gic_configuration, "what is enabled, with which priority, of shared and private interrupts")
{
	int last;

	require_msg(gic_init(), "no GIC");
	gic_enable_defaults();
	last = (int)gic_irqs() - 1;
	for (int i = 0; i < 16; i++) {
		gic_set_priority(last - i, (u8)(i << 4));
		gic_irq_set_clr_enable(last - i, i & 1);
	}
	gic_set_priority(PPI(11), 0x30);
	gic_enable_irq(PPI(11));
	gic_write_pmr(0x70);
	migrate_quiet();
	for (int i = 0; i < 16; i++) {
		expect_eq_msg(gic_get_priority(last - i), i << 4, "priority of %d", last - i);
		expect_eq_msg(gic_irq_enabled(last - i), i & 1, "whether %d is enabled", last - i);
		gic_disable_irq(last - i);
		gic_set_priority(last - i, GICD_INT_DEF_PRI);
	}
	expect_eq(gic_get_priority(PPI(11)), 0x30);
	expect(gic_irq_enabled(PPI(11)));
	expect_eq(gic_read_pmr(), 0x70);
	gic_disable_irq(PPI(11));
	gic_write_pmr(GICC_INT_PRI_THRESHOLD);
}

CASE(gic_pending, "an interrupt that waits comes on the other side, once")
{
	int irq;
	u32 iar;

	require_msg(gic_init(), "no GIC");
	gic_enable_defaults();
	irq = (int)gic_irqs() - 1;
	gic_route_spi(irq, 0);
	gic_set_irq_bit(irq, GICD_ISPENDR);
	gic_ipi_send_single(SGI(3), 0);
	migrate_quiet();
	expect_eq(gic_irq_state(irq), GIC_IRQ_STATE_PENDING);
	iar = acknowledge();
	expect_eq(gic_iar_irqnr(iar), SGI(3));
	gic_write_eoir(iar);
	gic_irq_set_clr_enable(irq, true);
	iar = acknowledge();
	expect_eq(gic_iar_irqnr(iar), (u32)irq);
	gic_write_eoir(iar);
	expect_eq(gic_iar_irqnr(gic_read_iar()), GICC_INT_SPURIOUS);
	gic_disable_irq(irq);
}

CASE(gic_active, "an interrupt is active while it is served, and its running priority holds")
{
	int irq;
	u32 iar;

	require_msg(gic_init(), "no GIC");
	gic_enable_defaults();
	irq = (int)gic_irqs() - 1;
	gic_route_spi(irq, 0);
	gic_set_priority(irq, 0x40);
	gic_irq_set_clr_enable(irq, true);
	gic_set_irq_bit(irq, GICD_ISPENDR);
	iar = acknowledge();
	insist_eq(gic_iar_irqnr(iar), (u32)irq);
	migrate_quiet();
	expect_eq(gic_irq_state(irq), GIC_IRQ_STATE_ACTIVE);
	expect_eq(gic_read_rpr(), 0x40);
	gic_write_eoir(iar);
	expect_eq(gic_irq_state(irq), GIC_IRQ_STATE_INACTIVE);
	expect_eq(gic_read_rpr(), 0xff);
	gic_disable_irq(irq);
	gic_set_priority(irq, GICD_INT_DEF_PRI);
}

/* ---- CPUs ---- */

static volatile u32 came;

static void note(void)
{
	came = 1;
}

CASE(cpu_off, "a CPU that is off is so after, and can be started")
{
	struct patience patience = { 0 };

	require_msg(nr_cpus > 1, "one CPU");
	require(platform.psci != CONDUIT_NONE);
	require(!smp_started(nr_cpus - 1));
	expect_eq(psci_affinity_info(cpus[nr_cpus - 1], 0), 1);
	migrate_quiet();
	expect_eq(psci_affinity_info(cpus[nr_cpus - 1], 0), 1);
	smp_boot_secondary(nr_cpus - 1, note);
	while (!came && !patience_over(&patience, 20))
		cpu_relax();
	expect_eq(came, 1);
	expect_eq(psci_affinity_info(cpus[nr_cpus - 1], 0), 0);
}
