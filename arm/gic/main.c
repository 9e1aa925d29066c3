/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gic: GICv2 (IHI 0048) and GICv3 (IHI 0069), by the registers that both have: enable, pending and active state of shared
 * interrupts (SPIs that no device has, made pending by software), priorities and masks, SGIs from every CPU to every CPU.
 * Interrupts stay masked in PSTATE; IAR is read instead, so that each step is seen. Idle CPUs poll: smp_poll().
 * interface.c: the CPU interface; lines.c: what lines are and whose.
 */
#include "case.h"
#include "arch-hooks.h"
#include "patience.h"
#include "asm/gic-v2.h"
#include "asm/gic-v3.h"
#include "asm/io.h"
#include "asm/processor.h"
#include "asm/smp.h"
#include "gic-test.h"

int spi[N_SPI];

static void enable(void *unused)
{
	(void)unused;
	gic_enable_defaults();
}

void case_setup(void)
{
	require_msg(gic_init(), "no GIC");
	require(gic_irqs() >= 64);
	smp_poll();
	on_cpus(enable, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(spi); i++)
		spi[i] = (int)gic_irqs() - 1 - (int)i;
}

u32 acknowledge(void)
{
	u32 iar = GICC_INT_SPURIOUS;

	for (struct patience p = { 0 }; gic_iar_irqnr(iar) == GICC_INT_SPURIOUS && !patience_over(&p, 5);)
		iar = gic_read_iar();
	return iar;
}

void expect_nothing(const char *when)
{
	udelay(200);
	expect_eq_msg(gic_iar_irqnr(gic_read_iar()), GICC_INT_SPURIOUS, "%s", when);
}

char *dist(void)
{
	return gic_version() == 3 ? gicv3_dist_base() : gicv2_dist_base();
}

void make_edge(int irq)
{
	char *reg = dist() + GICD_ICFGR + irq / 16 * 4;

	gic_disable_irq(irq);
	writel(readl(reg) | 2u << irq % 16 * 2, reg);
}

void reset_spis(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(spi); i++) {
		make_edge(spi[i]);
		gic_set_irq_bit(spi[i], GICD_ICPENDR);
		gic_set_irq_bit(spi[i], GICD_ICACTIVER);
		gic_set_priority(spi[i], GICD_INT_DEF_PRI);
		gic_route_spi(spi[i], 0);
	}
	gic_write_pmr(GICC_INT_PRI_THRESHOLD);
}

void pend(int irq)
{
	gic_set_irq_bit(irq, GICD_ISPENDR);
}

CASE(identity, "the version, and a number of interrupts that is a multiple of 32 up to 1020")
{
	u32 typer = readl(dist() + GICD_TYPER);
	u32 pidr2 = readl(dist() + (gic_version() == 3 ? GICD_PIDR2 : GICD_ICPIDR2));

	reset_spis();
	expect_eq(pidr2 >> 4 & 15, gic_version());
	expect_le(gic_irqs(), 1020);
	if (gic_version() == 2)
		expect_ge((typer >> 5 & 7) + 1, nr_cpus);
}

CASE(enable_bits, "ISENABLER sets, ICENABLER clears, zeros do nothing, and both read the same")
{
	int offset = spi[0] / 32 * 4;
	u32 bit = 1u << spi[0] % 32, before;

	reset_spis();
	before = readl(dist() + GICD_ISENABLER + offset);
	expect_eq(before & bit, 0);
	writel(bit, dist() + GICD_ISENABLER + offset);
	expect_eq(readl(dist() + GICD_ISENABLER + offset), before | bit);
	expect_eq(readl(dist() + GICD_ICENABLER + offset), before | bit);
	writel(0, dist() + GICD_ICENABLER + offset);
	writel(0, dist() + GICD_ISENABLER + offset);
	expect_eq(readl(dist() + GICD_ISENABLER + offset), before | bit);
	writel(bit, dist() + GICD_ICENABLER + offset);
	expect_eq(readl(dist() + GICD_ISENABLER + offset), before);
}

CASE(absent, "interrupts that do not exist cannot be enabled, made pending or active")
{
	static const int registers[] = { GICD_ISENABLER, GICD_ISPENDR, GICD_ISACTIVER };
	int offset = (int)gic_irqs() / 32 * 4;

	reset_spis();
	require(gic_irqs() <= 960);
	for (size_t i = 0; i < ARRAY_SIZE(registers); i++) {
		writel(~0u, dist() + registers[i] + offset);
		expect_eq_msg(readl(dist() + registers[i] + offset), 0, "register %#x", registers[i]);
	}
}

CASE(life, "inactive, pending, active, inactive: each state read back, one acknowledgement for one pending")
{
	reset_spis();
	gic_enable_irq(spi[0]);
	expect_nothing("before");
	expect_eq(gic_irq_state(spi[0]), GIC_IRQ_STATE_INACTIVE);
	pend(spi[0]);
	expect_eq(gic_irq_state(spi[0]), GIC_IRQ_STATE_PENDING);
	expect_eq(gic_read_hppir(), spi[0]);
	expect_eq(gic_irq_state(spi[0]), GIC_IRQ_STATE_PENDING);
	expect_eq(acknowledge(), spi[0]);
	expect_eq(gic_irq_state(spi[0]), GIC_IRQ_STATE_ACTIVE);
	expect_nothing("while it is active");
	gic_write_eoir(spi[0]);
	expect_eq(gic_irq_state(spi[0]), GIC_IRQ_STATE_INACTIVE);
	expect_nothing("after");
}

CASE(pending_again, "pending again while active: active and pending, and signalled after the end only")
{
	reset_spis();
	gic_enable_irq(spi[0]);
	pend(spi[0]);
	expect_eq(acknowledge(), spi[0]);
	pend(spi[0]);
	expect_eq(gic_irq_state(spi[0]), GIC_IRQ_STATE_ACTIVE_PENDING);
	expect_nothing("active and pending");
	gic_write_eoir(spi[0]);
	expect_eq(gic_irq_state(spi[0]), GIC_IRQ_STATE_PENDING);
	expect_eq(acknowledge(), spi[0]);
	gic_write_eoir(spi[0]);
	expect_nothing("after both");
}

CASE(clear_pending, "ICPENDR takes a pending interrupt back")
{
	reset_spis();
	gic_enable_irq(spi[0]);
	pend(spi[0]);
	gic_set_irq_bit(spi[0], GICD_ICPENDR);
	expect_eq(gic_irq_state(spi[0]), GIC_IRQ_STATE_INACTIVE);
	expect_nothing("taken back");
}

CASE(disabled, "a disabled interrupt stays pending, and comes when it is enabled")
{
	reset_spis();
	pend(spi[0]);
	expect_nothing("disabled");
	expect_eq(gic_irq_state(spi[0]), GIC_IRQ_STATE_PENDING);
	gic_enable_irq(spi[0]);
	expect_eq(acknowledge(), spi[0]);
	gic_write_eoir(spi[0]);
}

CASE(set_active, "an interrupt made active by software is not signalled until ICACTIVER")
{
	reset_spis();
	gic_enable_irq(spi[0]);
	gic_set_irq_bit(spi[0], GICD_ISACTIVER);
	expect_eq(gic_irq_state(spi[0]), GIC_IRQ_STATE_ACTIVE);
	pend(spi[0]);
	expect_nothing("active by software");
	gic_set_irq_bit(spi[0], GICD_ICACTIVER);
	expect_eq(acknowledge(), spi[0]);
	gic_write_eoir(spi[0]);
}

CASE(distributor_off, "with the distributor off nothing is signalled, and nothing lost")
{
	u32 ctlr = readl(dist() + GICD_CTLR);

	reset_spis();
	gic_enable_irq(spi[0]);
	writel(ctlr & ~3u, dist() + GICD_CTLR);
	if (gic_version() == 3)
		gicv3_dist_wait_for_rwp();
	pend(spi[0]);
	expect_nothing("the distributor is off");
	writel(ctlr, dist() + GICD_CTLR);
	if (gic_version() == 3)
		gicv3_dist_wait_for_rwp();
	expect_eq(acknowledge(), spi[0]);
	gic_write_eoir(spi[0]);
}

/* ---- priorities ---- */

CASE(priority_bits, "priorities: 16 levels at least, unimplemented low bits are zero, a byte changes its own interrupt only")
{
	u32 word, offset = spi[0] & ~3;

	reset_spis();
	gic_set_priority(spi[0], 0xff);
	expect_eq(gic_get_priority(spi[0]) & 0xf0, 0xf0);
	gic_set_priority(spi[0], 0);
	expect_eq(gic_get_priority(spi[0]), 0);
	word = readl(dist() + GICD_IPRIORITYR + offset);
	gic_set_priority(spi[0], 0x50);
	expect_eq(readl(dist() + GICD_IPRIORITYR + offset), word | 0x50u << 8 * (spi[0] & 3));
}

CASE(order, "of three pending the highest priority comes first, whatever their numbers; of two alike the lower number")
{
	static const u8 priorities[] = { 0x40, 0x80, 0x60 };

	reset_spis();
	for (size_t i = 0; i < ARRAY_SIZE(spi); i++) {
		gic_set_priority(spi[i], priorities[i]);
		gic_enable_irq(spi[i]);
		pend(spi[i]);
	}
	expect_eq(acknowledge(), spi[0]);
	gic_write_eoir(spi[0]);
	expect_eq(acknowledge(), spi[2]);
	gic_write_eoir(spi[2]);
	expect_eq(acknowledge(), spi[1]);
	gic_write_eoir(spi[1]);
	gic_set_priority(spi[0], 0x80);
	pend(spi[0]);
	pend(spi[1]);
	expect_eq(acknowledge(), spi[1]);
	gic_write_eoir(spi[1]);
	expect_eq(acknowledge(), spi[0]);
	gic_write_eoir(spi[0]);
	expect_nothing("after all");
}

CASE(preemption, "a higher priority is signalled while a lower one is active, an equal or lower one is not; RPR tells")
{
	reset_spis();
	gic_set_priority(spi[0], 0x80);
	gic_set_priority(spi[1], 0x40);
	gic_set_priority(spi[2], 0x80);
	for (size_t i = 0; i < ARRAY_SIZE(spi); i++)
		gic_enable_irq(spi[i]);
	expect_eq(gic_read_rpr(), 0xff);
	pend(spi[0]);
	expect_eq(acknowledge(), spi[0]);
	expect_eq(gic_read_rpr(), 0x80);
	pend(spi[2]);
	expect_nothing("an equal priority");
	pend(spi[1]);
	expect_eq(acknowledge(), spi[1]);
	expect_eq(gic_read_rpr(), 0x40);
	gic_write_eoir(spi[1]);
	expect_eq(gic_read_rpr(), 0x80);
	expect_nothing("an equal priority, again");
	gic_write_eoir(spi[0]);
	expect_eq(gic_read_rpr(), 0xff);
	expect_eq(acknowledge(), spi[2]);
	gic_write_eoir(spi[2]);
}

bool signalled(void)
{
	udelay(100);
	return read_sysreg(isr_el1) & PSR_I_BIT;
}

CASE(mask, "PMR: a priority is signalled only if it is higher than the mask, not if it is equal")
{
	reset_spis();
	gic_set_priority(spi[0], 0x80);
	gic_enable_irq(spi[0]);
	pend(spi[0]);
	for (u32 pmr = 0; pmr < 0x100; pmr += 0x10) {
		gic_write_pmr(pmr);
		expect_eq(gic_read_pmr(), pmr);
		expect_eq_msg(signalled(), pmr > 0x80, "PMR %#" PRIx32, pmr);
	}
	gic_write_pmr(0x80);
	expect_nothing("PMR equal");
	gic_write_pmr(0x90);
	expect_eq(acknowledge(), spi[0]);
	gic_write_eoir(spi[0]);
	gic_write_pmr(GICC_INT_PRI_THRESHOLD);
}

CASE(spurious, "with nothing pending IAR is 1023 again and again, and to end that does nothing")
{
	reset_spis();
	gic_enable_irq(spi[0]);
	for (int i = 0; i < 4; i++)
		expect_eq(gic_read_iar(), GICC_INT_SPURIOUS);
	expect_eq(gic_read_hppir(), GICC_INT_SPURIOUS);
	gic_write_eoir(GICC_INT_SPURIOUS);
	expect_eq(gic_read_rpr(), 0xff);
	pend(spi[0]);
	expect_eq(acknowledge(), spi[0]);
	gic_write_eoir(spi[0]);
}

/* ---- by the vector ---- */

static volatile u32 taken, taken_irq;

static void take(struct pt_regs *regs)
{
	u32 iar = gic_read_iar();

	(void)regs;
	taken++;
	taken_irq = gic_iar_irqnr(iar);
	gic_write_eoir(iar);
}

CASE(vector, "it arrives at the IRQ vector when PSTATE.I is cleared, once")
{
	reset_spis();
	taken = 0;
	gic_enable_irq(spi[0]);
	install_irq_handler(VECTOR_IRQ, take);
	pend(spi[0]);
	expect_eq(taken, 0);
	local_irq_enable();
	udelay(200);
	local_irq_disable();
	expect_eq(taken, 1);
	expect_eq(taken_irq, spi[0]);
}

/* ---- SGIs ---- */

struct order {
	int sgi, target;
	u32 iar, behind;
};

static void send(void *data)
{
	struct order *o = data;

	gic_ipi_send_single(o->sgi, o->target);
}

static void receive(void *data)
{
	struct order *o = data;

	o->iar = acknowledge();
	if (gic_iar_irqnr(o->iar) != GICC_INT_SPURIOUS)
		gic_write_eoir(o->iar);
	udelay(50);
	o->behind = gic_iar_irqnr(gic_read_iar());
}

CASE(sgi, "every SGI from every CPU to every CPU, itself included: once, there only, with its sender (v2)")
{
	reset_spis();
	for (int from = 0; from < nr_cpus; from++)
		for (int to = 0; to < nr_cpus; to++)
			for (int sgi = 0; sgi < GIC_SGI_MAX; sgi += nr_cpus > 2 ? 5 : 1) {
				struct order o = { .sgi = sgi, .target = to };

				on_cpu(from, send, &o);
				on_cpu(to, receive, &o);
				expect_eq_msg(gic_iar_irqnr(o.iar), sgi, "SGI %d from CPU %d to %d", sgi, from, to);
				expect_eq_msg(o.behind, GICC_INT_SPURIOUS, "SGI %d from CPU %d to %d", sgi, from, to);
				if (gic_version() == 2)
					expect_eq_msg(1u << (o.iar >> 10 & 7), gicv2_cpu_bit(from), "the sender");
			}
}

static u32 counts[NR_CPUS];

static void count_all(void *unused)
{
	u32 iar;

	(void)unused;
	udelay(200);
	while (gic_iar_irqnr(iar = gic_read_iar()) != GICC_INT_SPURIOUS) {
		counts[arch_cpu_id()]++;
		gic_write_eoir(iar);
	}
}

static void count_everywhere(void)
{
	memset(counts, 0, sizeof(counts));
	for (int cpu = 0; cpu < nr_cpus; cpu++)
		on_cpu(cpu, count_all, NULL);
}

CASE(sgi_broadcast, "to all but the sender by one write (GICD_SGIR filter 1, ICC_SGI1R.IRM)")
{
	reset_spis();
	count_everywhere();
	if (gic_version() == 3)
		gicv3_write_sgi1r(1ull << 40 | 3ull << 24);
	else
		writel(1u << 24 | 3, dist() + GICD_SGIR);
	count_everywhere();
	for (int cpu = 0; cpu < nr_cpus; cpu++)
		expect_eq_msg(counts[cpu], cpu != 0, "CPU %d", cpu);
}

CASE(sgi_nobody, "to an empty list: nobody gets it")
{
	reset_spis();
	if (gic_version() == 3)
		gicv3_write_sgi1r(3ull << 24);
	else
		writel(3, dist() + GICD_SGIR);
	count_everywhere();
	for (int cpu = 0; cpu < nr_cpus; cpu++)
		expect_eq_msg(counts[cpu], 0, "CPU %d", cpu);
}

CASE(sgi_disabled, "a disabled SGI stays pending, and comes when it is enabled (v3; v2 may not let it be disabled)")
{
	reset_spis();
	require(gic_version() == 3);
	gic_disable_irq(SGI(2));
	gic_ipi_send_single(SGI(2), 0);
	expect_nothing("disabled");
	expect_eq(gic_irq_state(SGI(2)), GIC_IRQ_STATE_PENDING);
	gic_enable_irq(SGI(2));
	expect_eq(acknowledge(), SGI(2));
	gic_write_eoir(SGI(2));
}

/* ---- routing ---- */

CASE(route, "an SPI arrives at the CPU that it is routed to, and nowhere else")
{
	reset_spis();
	require(nr_cpus > 1);
	gic_enable_irq(spi[0]);
	for (int to = 0; to < nr_cpus; to++) {
		struct order o = { 0 };

		gic_route_spi(spi[0], to);
		pend(spi[0]);
		for (int cpu = 0; cpu < nr_cpus; cpu++) {
			if (cpu == to)
				continue;
			memset(counts, 0, sizeof(counts));
			on_cpu(cpu, count_all, NULL);
			expect_eq_msg(counts[cpu], 0, "routed to CPU %d, seen on %d", to, cpu);
		}
		on_cpu(to, receive, &o);
		expect_eq_msg(gic_iar_irqnr(o.iar), spi[0], "CPU %d", to);
	}
	gic_route_spi(spi[0], 0);
}

CASE(targets, "GICD_ITARGETSR of SGIs and PPIs reads as the reader itself and cannot be written (v2)")
{
	u32 before;

	reset_spis();
	require(gic_version() == 2);
	require(nr_cpus > 1);
	before = readl(dist() + GICD_ITARGETSR);
	expect_eq(before, gicv2_cpu_bit(0) * 0x01010101u);
	writel(~before, dist() + GICD_ITARGETSR);
	expect_eq(readl(dist() + GICD_ITARGETSR), before);
}
