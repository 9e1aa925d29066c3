/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CPU interface (IHI 0048, section 4.4; IHI 0069, section 4.8 and chapter 12): nested
 * priorities, the binary point, EOI in two steps, the enable of the group, and the order of many.
 */
#include "case.h"
#include "gic-test.h"
#include "asm/gic-v2.h"
#include "asm/gic-v3.h"
#include "asm/io.h"
#include "asm/processor.h"

static void enable_pending(int irq, u8 priority)
{
	make_edge(irq);
	gic_route_spi(irq, 0);
	gic_set_priority(irq, priority);
	gic_enable_irq(irq);
	pend(irq);
}

CASE(eoi_split,
     "EOImode 1: EOIR drops the priority and no more, DIR deactivates; EOImode 0: EOIR does both")
{
	reset_spis();
	gic_set_eoi_mode(true);
	enable_pending(spi[0], 0x40);
	expect_eq(acknowledge(), spi[0]);
	expect_eq(gic_read_rpr(), 0x40);
	gic_write_eoir(spi[0]);
	expect_eq(gic_read_rpr(), 0xff);
	expect_eq(gic_irq_state(spi[0]), GIC_IRQ_STATE_ACTIVE);
	/* The priority is free for a lower one, and the active interrupt does not come again. */
	pend(spi[0]);
	expect_nothing("active, its priority dropped");
	enable_pending(spi[1], 0x80);
	expect_eq(acknowledge(), spi[1]);
	gic_write_eoir(spi[1]);
	gic_write_dir(spi[1]);
	expect_eq(gic_irq_state(spi[1]), GIC_IRQ_STATE_INACTIVE);
	gic_write_dir(spi[0]);
	expect_eq(acknowledge(), spi[0]);
	gic_write_eoir(spi[0]);
	gic_write_dir(spi[0]);
	expect_eq(gic_irq_state(spi[0]), GIC_IRQ_STATE_INACTIVE);
	gic_set_eoi_mode(false);
	pend(spi[0]);
	expect_eq(acknowledge(), spi[0]);
	gic_write_eoir(spi[0]);
	expect_eq(gic_irq_state(spi[0]), GIC_IRQ_STATE_INACTIVE);
}

static void set_binary_point(u32 value)
{
	if (gic_version() == 3) {
		write_sysreg(value, ICC_BPR1_EL1);
		isb();
	} else {
		writel(value, (char *)gicv2_cpu_base() + GICC_BPR);
	}
}

static u32 binary_point(void)
{
	return gic_version() == 3 ? (u32)read_sysreg(ICC_BPR1_EL1)
				  : readl((char *)gicv2_cpu_base() + GICC_BPR);
}

/*
 * With 6 the group is bit 7 (GICv2) or bits 7:6 (GICv3's group 1): 0xb0 and 0x80 are of one group,
 * 0x20 of another either way. With the least value every implemented bit preempts.
 */
CASE(binary_point, "only a higher group priority preempts; within a group the pending ones still "
		   "come by their whole priority")
{
	u32 least, behind;

	reset_spis();
	set_binary_point(0);
	least = binary_point();
	expect_le(least, 4);
	set_binary_point(6);
	expect_eq(binary_point(), 6);
	enable_pending(spi[0], 0xb0);
	expect_eq(acknowledge(), spi[0]);
	enable_pending(spi[1], 0x80);
	expect_nothing("a higher priority of the same group");
	enable_pending(spi[2], 0x20);
	expect_eq(acknowledge(), spi[2]);
	gic_write_eoir(spi[2]);
	expect_nothing("the same group, again");
	pend(spi[0]);
	gic_write_eoir(spi[0]);
	behind = acknowledge();
	expect_eq(behind, spi[1]);
	gic_write_eoir(spi[1]);
	expect_eq(acknowledge(), spi[0]);
	gic_write_eoir(spi[0]);
	expect_eq(gic_read_rpr(), 0xff);
	set_binary_point(0);
	expect_eq(binary_point(), least);
	pend(spi[0]);
	expect_eq(acknowledge(), spi[0]);
	pend(spi[1]);
	expect_eq(acknowledge(), spi[1]);
	gic_write_eoir(spi[1]);
	gic_write_eoir(spi[0]);
}

#define LEVELS	14

/* Whatever came of a case that used the interrupts from first on: the next one finds nothing. */
static void forget(int first, int n)
{
	for (int irq = first; irq < first + n; irq++) {
		gic_disable_irq(irq);
		gic_set_irq_bit(irq, GICD_ICPENDR);
		gic_set_irq_bit(irq, GICD_ICACTIVER);
	}
}

CASE(nesting, "fourteen priorities nested, each preempting the last; RPR is the innermost's on the "
	      "way up and down")
{
	int first = (int)gic_irqs() - LEVELS, reached = 0;

	reset_spis();
	require(gic_irqs() >= 96);
	set_binary_point(0);
	/* From the lowest priority that PMR lets through to the highest. */
	while (reached < LEVELS) {
		u8 priority = 0xe0 - 0x10 * reached;

		enable_pending(first + reached, priority);
		if (acknowledge() != (u32)(first + reached))
			break;
		expect_eq_msg(gic_read_rpr(), priority, "level %d", reached);
		reached++;
	}
	expect_eq(reached, LEVELS);
	while (reached--) {
		expect_eq_msg(gic_read_rpr(), 0xe0 - 0x10 * reached, "level %d, back", reached);
		gic_write_eoir(first + reached);
	}
	forget(first, LEVELS);
	expect_eq(gic_read_rpr(), 0xff);
}

static void set_group_enable(bool on)
{
	if (gic_version() == 3) {
		write_sysreg(on, ICC_IGRPEN1_EL1);
		isb();
	} else {
		writel(on ? GICC_ENABLE : 0, (char *)gicv2_cpu_base() + GICC_CTLR);
	}
}

CASE(interface_off, "with the interface's group disabled nothing is signalled, and nothing lost")
{
	reset_spis();
	set_group_enable(false);
	enable_pending(spi[0], 0x80);
	expect(!signalled());
	expect_eq(gic_iar_irqnr(gic_read_iar()), GICC_INT_SPURIOUS);
	expect_eq(gic_irq_state(spi[0]), GIC_IRQ_STATE_PENDING);
	set_group_enable(true);
	expect(signalled());
	expect_eq(acknowledge(), spi[0]);
	gic_write_eoir(spi[0]);
}

/* ---- many ---- */

#define MANY	24

CASE(many, "many pending at once come by priority, and by number among equals, each once")
{
	int first = (int)gic_irqs() - MANY, last_irq = 0;
	u32 last = 0, seen = 0;

	reset_spis();
	require(gic_irqs() >= 32 + 2 * MANY);
	gic_write_pmr(0);
	for (int i = 0; i < MANY; i++)
		enable_pending(first + i, (u8)(i * 7 % 14 << 4));
	gic_write_pmr(GICC_INT_PRI_THRESHOLD);
	for (int i = 0; i < MANY; i++) {
		int irq = (int)acknowledge();
		u32 priority;

		if (!expect_msg(irq >= first && irq < first + MANY, "interrupt %d", irq))
			break;
		priority = gic_get_priority(irq);
		expect_ge(priority, last);
		if (i && priority == last)
			expect_gt(irq, last_irq);
		last = priority;
		last_irq = irq;
		seen |= 1u << (irq - first);
		gic_write_eoir(irq);
	}
	expect_eq(seen, (1u << MANY) - 1);
	expect_nothing("after all");
	forget(first, MANY);
}
