/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines: edge or level by GICD_ICFGR, private ones that each CPU has its own of, SGIs of several
 * senders (GICv2: IHI 0048, sections 4.3.13 to 4.3.17), GICv3's routing (IHI 0069, GICD_IROUTER,
 * ICC_SGI1R_EL1).
 */
#include "case.h"
#include "gic-test.h"
#include "arch-hooks.h"
#include "on-cpus.h"
#include "asm/gic-v2.h"
#include "asm/gic-v3.h"
#include "asm/io.h"
#include "asm/processor.h"
#include "asm/smp.h"
#include "asm/timer.h"

static char *private_frame(void)
{
	return gic_version() == 3 ? gicv3_sgi_base() : gicv2_dist_base();
}

CASE(config, "GICD_ICFGR: an SPI's is what is written, its lower bit zero, its neighbours stay; "
	     "SGIs are edges for ever")
{
	u32 shift = spi[0] % 16 * 2, before, edge, level;
	char *reg = dist() + GICD_ICFGR + spi[0] / 16 * 4;

	reset_spis();
	before = readl(reg);
	writel(before | 2u << shift, reg);
	edge = readl(reg);
	writel(before & ~(2u << shift), reg);
	level = readl(reg);
	writel(before, reg);
	expect_eq(edge, before | 2u << shift);
	expect_eq(level, before & ~(2u << shift));
	expect_eq(before & 0x55555555, 0);
	expect_eq(readl(private_frame() + GICD_ICFGR), 0xaaaaaaaa);
	writel(0, private_frame() + GICD_ICFGR);
	expect_eq(readl(private_frame() + GICD_ICFGR), 0xaaaaaaaa);
}

/* The virtual timer's line is a level: GICD_ICPENDR cannot take it back while it is high. */
CASE(level_line, "a level that is high stays pending through ICPENDR and an acknowledgement, and "
		 "is not when it is low")
{
	int irq = TIMER_VTIMER_IRQ;

	reset_spis();
	require(irq > 0);
	gic_enable_irq(irq);
	write_sysreg(0, cntv_cval_el0);
	write_sysreg(ARCH_TIMER_CTL_ENABLE, cntv_ctl_el0);
	isb();
	expect_eq(gic_irq_state(irq), GIC_IRQ_STATE_PENDING);
	gic_set_irq_bit(irq, GICD_ICPENDR);
	expect_eq(gic_irq_state(irq), GIC_IRQ_STATE_PENDING);
	expect_eq(acknowledge(), irq);
	expect_eq(gic_irq_state(irq), GIC_IRQ_STATE_ACTIVE_PENDING);
	write_sysreg(0, cntv_ctl_el0);
	isb();
	expect_eq(gic_irq_state(irq), GIC_IRQ_STATE_ACTIVE);
	gic_write_eoir(irq);
	expect_eq(gic_irq_state(irq), GIC_IRQ_STATE_INACTIVE);
	gic_disable_irq(irq);
}

static void look_private(void *enabled)
{
	*(bool *)enabled = gic_irq_enabled(PPI(2));
}

static void disable_private(void *unused)
{
	(void)unused;
	gic_disable_irq(PPI(2));
	gic_set_priority(PPI(2), GICD_INT_DEF_PRI);
}

CASE(private, "enable and priority of a PPI are each CPU's own")
{
	bool other;

	reset_spis();
	require(nr_cpus > 1);
	on_cpu(1, disable_private, NULL);
	gic_enable_irq(PPI(2));
	gic_set_priority(PPI(2), 0x40);
	on_cpu(1, look_private, &other);
	expect(!other);
	expect(gic_irq_enabled(PPI(2)));
	on_cpu(1, disable_private, NULL);
	expect(gic_irq_enabled(PPI(2)));
	expect_eq(gic_get_priority(PPI(2)), 0x40);
	disable_private(NULL);
	expect(!gic_irq_enabled(PPI(2)));
}

static void send_to_0(void *sgi)
{
	gic_ipi_send_single((int)(long)sgi, 0);
}

CASE(sgi_senders,
     "GICv2: one SGI of several senders is pending for each of them, and comes once for each")
{
	u32 senders = 0, expected = 0;

	reset_spis();
	require(gic_version() == 2);
	require(nr_cpus > 2);
	for (int cpu = 1; cpu < nr_cpus; cpu++) {
		on_cpu(cpu, send_to_0, (void *)4l);
		on_cpu(cpu, send_to_0, (void *)4l);	/* pending already */
		expected |= gicv2_cpu_bit(cpu);
	}
	expect_eq(readl(dist() + GICD_SPENDSGIR + 4) & 0xff, expected);
	expect_eq(readl(dist() + GICD_CPENDSGIR + 4) & 0xff, expected);
	for (int i = 1; i < nr_cpus; i++) {
		u32 iar = acknowledge();

		expect_eq(gic_iar_irqnr(iar), 4);
		senders |= 1u << (iar >> 10 & 7);
		gic_write_eoir(iar);
	}
	expect_eq(senders, expected);
	expect_nothing("after all senders");
}

static void set_pending_and_take(bool word)
{
	u32 iar;

	reset_spis();
	require(gic_version() == 2);
	/* SGI 5 from CPU interface 0; the other bits of the word are zero: no effect. */
	if (word)
		writel(1u << 8, dist() + GICD_SPENDSGIR + 4);
	else
		writeb(1, dist() + GICD_SPENDSGIR + 5);
	expect_eq(readl(dist() + GICD_SPENDSGIR + 4), 1u << 8);
	expect(signalled());
	iar = acknowledge();
	expect_eq(iar, 5);
	gic_write_eoir(iar);
	expect_eq(readl(dist() + GICD_SPENDSGIR + 4), 0);
	expect_nothing("after it");
}

CASE(sgi_set_pending,
     "GICv2: a byte of GICD_SPENDSGIR makes an SGI pending for a sender, and it comes from that")
{
	set_pending_and_take(false);
}

CASE(sgi_set_pending_word,
     "GICv2: a word of GICD_SPENDSGIR does so too, for the bits that are one only")
{
	set_pending_and_take(true);
}

CASE(sgi_clear_pending, "GICv2: GICD_CPENDSGIR takes it back, for the bits that are one only")
{
	reset_spis();
	require(gic_version() == 2);
	writeb(1, dist() + GICD_SPENDSGIR + 5);
	writeb(1, dist() + GICD_SPENDSGIR + 6);
	writel(1u << 8, dist() + GICD_CPENDSGIR + 4);
	expect_eq(readl(dist() + GICD_SPENDSGIR + 4), 1u << 16);
	expect_eq(acknowledge(), 6);
	gic_write_eoir(6);
	expect_nothing("taken back");
}

/* ---- several CPUs ---- */

static u32 taken_by[NR_CPUS];

static void take_one(void *sgi)
{
	u32 iar = gic_read_iar();

	if (gic_iar_irqnr(iar) == GICC_INT_SPURIOUS)
		return;
	taken_by[arch_cpu_id()] += sgi ? gic_iar_irqnr(iar) == (u32)(long)sgi : 1;
	gic_write_eoir(iar);
}

/* Makes it pending, and offers it to each CPU in turn. */
static void expect_taken_once(u32 irq)
{
	u32 sum = 0;

	memset(taken_by, 0, sizeof(taken_by));
	gic_enable_irq(irq);
	pend(irq);
	for (int cpu = 0; cpu < nr_cpus; cpu++)
		on_cpu(cpu, take_one, NULL);
	for (int cpu = 0; cpu < nr_cpus; cpu++)
		sum += taken_by[cpu];
	expect_eq(sum, 1);
}

static void send_to_set(int sgi, u32 set)
{
	if (gic_version() == 3)
		gicv3_write_sgi1r((u64)sgi << 24 | set);
	else
		writel(set << 16 | (u32)sgi, dist() + GICD_SGIR);
}

CASE(sgi_sets,
     "an SGI to each set of CPUs by one write comes once to each of them, the sender "
     "included, and to no other")
{
	reset_spis();
	require(nr_cpus > 2 && nr_cpus <= 4);
	for (u32 set = 1; set < 1u << nr_cpus; set++) {
		u32 targets = 0;

		memset(taken_by, 0, sizeof(taken_by));
		for (int cpu = 0; cpu < nr_cpus; cpu++)
			if (set & 1u << cpu)
				targets |= gic_version() == 3 ? 1u << cpus[cpu]
							      : gicv2_cpu_bit(cpu);
		send_to_set(6, targets);
		udelay(100);
		for (int turn = 0; turn < 2; turn++)
			for (int cpu = 0; cpu < nr_cpus; cpu++)
				on_cpu(cpu, take_one, (void *)6l);
		for (int cpu = 0; cpu < nr_cpus; cpu++)
			expect_eq_msg(taken_by[cpu], set >> cpu & 1, "set %#" PRIx32 ", CPU %d",
				      set, cpu);
	}
}

CASE(sgi_self, "GICv2: GICD_SGIR's filter 2 sends to the sender alone, whatever the list says")
{
	reset_spis();
	require(gic_version() == 2);
	require(nr_cpus > 1);
	memset(taken_by, 0, sizeof(taken_by));
	writel(2u << 24 | 0xffu << 16 | 6, dist() + GICD_SGIR);
	for (int cpu = nr_cpus - 1; cpu >= 0; cpu--)
		on_cpu(cpu, take_one, (void *)6l);
	for (int cpu = 0; cpu < nr_cpus; cpu++)
		expect_eq_msg(taken_by[cpu], cpu == 0, "CPU %d", cpu);
	expect_nothing("after it");
}

CASE(all_targets,
     "GICv2: an SPI with all CPUs as targets is taken by exactly one, whichever")
{
	u32 all = 0;

	reset_spis();
	require(gic_version() == 2);
	require(nr_cpus > 1);
	for (int cpu = 0; cpu < nr_cpus; cpu++)
		all |= gicv2_cpu_bit(cpu);
	writeb((u8)all, dist() + GICD_ITARGETSR + spi[0]);
	expect_eq(readb(dist() + GICD_ITARGETSR + spi[0]), all);
	expect_taken_once(spi[0]);
	expect_eq(gic_irq_state(spi[0]), GIC_IRQ_STATE_INACTIVE);
	gic_route_spi(spi[0], 0);
}

static void look_at_state(void *state)
{
	*(u32 *)state = gic_irq_state(PPI(2)) << 8 | gic_irq_state(PPI(3));
}

CASE(private_state, "pending and active state of a PPI are each CPU's own")
{
	u32 own, other;

	reset_spis();
	require(nr_cpus > 1);
	on_cpu(1, look_at_state, &other);
	look_at_state(&own);
	require_msg(!other && !own, "a device has PPI 2 or 3");
	gic_set_irq_bit(PPI(2), GICD_ISPENDR);
	gic_set_irq_bit(PPI(3), GICD_ISACTIVER);
	look_at_state(&own);
	on_cpu(1, look_at_state, &other);
	gic_set_irq_bit(PPI(2), GICD_ICPENDR);
	gic_set_irq_bit(PPI(3), GICD_ICACTIVER);
	expect_eq(own, GIC_IRQ_STATE_PENDING << 8 | GIC_IRQ_STATE_ACTIVE);
	expect_eq(other, 0);
	look_at_state(&own);
	expect_eq(own, 0);
}

/* ---- GICv3 ---- */

/* ICC_SGI1R_EL1: what corresponds to no PE is ignored. Aff3 counts where ICC_CTLR_EL1.A3V is 1. */
CASE(sgi_affinity, "GICv3: an SGI to an affinity that no CPU has goes nowhere")
{
	reset_spis();
	require(gic_version() == 3);
	gicv3_write_sgi1r(7ull << 16 | 3ull << 24 | 1);
	expect_nothing("to affinity 0.0.7.0");
	if (read_sysreg(ICC_CTLR_EL1) & BIT(15)) {
		gicv3_write_sgi1r(1ull << 48 | 3ull << 24 | 1);
		expect_nothing("to affinity 1.0.0.0");
	}
	gicv3_write_sgi1r(3ull << 24 | 1ull << cpus[0]);
	expect_eq(acknowledge(), 3);
	gic_write_eoir(3);
}

/* No CPU is 0.0.7.0: the SPI waits until it is routed to one that is. */
CASE(route_nowhere,
     "GICv3: an SPI that is routed to no CPU stays pending, and comes when it is routed to "
     "one; GICD_IROUTER reads as written")
{
	char *router = dist() + GICD_IROUTER + 8 * spi[0];

	reset_spis();
	require(gic_version() == 3);
	gic_enable_irq(spi[0]);
	writeq(7u << 8, router);
	expect_eq(readq(router), 7u << 8);
	pend(spi[0]);
	expect_nothing("routed to affinity 0.0.7.0");
	expect_eq(gic_irq_state(spi[0]), GIC_IRQ_STATE_PENDING);
	gic_route_spi(spi[0], 0);
	expect_eq(acknowledge(), spi[0]);
	gic_write_eoir(spi[0]);
}

CASE(any_cpu, "GICv3: with GICD_IROUTER.IRM an SPI is taken by exactly one CPU, whichever")
{
	reset_spis();
	require(gic_version() == 3);
	require(nr_cpus > 1);
	require_msg(!(readl(dist() + GICD_TYPER) & BIT(25)), "GICD_TYPER.No1N");
	writeq(1ull << 31, dist() + GICD_IROUTER + 8 * spi[0]);
	expect_taken_once(spi[0]);
	gic_route_spi(spi[0], 0);
}
