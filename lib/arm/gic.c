/* SPDX-License-Identifier: BSD-2-Clause */
/* What is alike in GICv2 and GICv3: see asm/gic.h. The registers of SGIs and PPIs are in another frame in version 3. */
#include "arch-hooks.h"
#include "asm/gic-v2.h"
#include "asm/gic-v3.h"
#include "asm/io.h"
#include "asm/setup.h"
#include "asm/barrier.h"
#include "asm/sysreg.h"

static int version;

int gic_init(void)
{
	if (version)
		return version;
	if (gicv3_init())
		version = 3;
	else if (gicv2_init())
		version = 2;
	return version;
}

int gic_version(void)
{
	if (!gic_init())
		report_abort("the device tree has neither a GICv2 nor a GICv3");
	return version;
}

void gic_enable_defaults(void)
{
	if (gic_version() == 3)
		gicv3_enable_defaults();
	else
		gicv2_enable_defaults();
}

unsigned int gic_irqs(void)
{
	return gic_version() == 3 ? gicv3_data.irq_nr : gicv2_data.irq_nr;
}

u32 gic_read_iar(void)
{
	return version == 3 ? gicv3_read_iar() : gicv2_read_iar();
}

u32 gic_iar_irqnr(u32 iar)
{
	return version == 3 ? gicv3_iar_irqnr(iar) : iar & GICC_IAR_INT_ID_MASK;
}

void gic_write_eoir(u32 iar)
{
	if (version == 3)
		gicv3_write_eoir(iar);
	else
		gicv2_write_eoir(iar);
}

void gic_set_eoi_mode(bool split)
{
	u32 v3 = split ? ICC_CTLR_EOIMODE : 0, v2 = split ? GICC_CTLR_EOIMODE : 0;
	char *ctlr = (char *)gicv2_cpu_base() + GICC_CTLR;

	if (gic_version() == 3) {
		write_sysreg((read_sysreg(ICC_CTLR_EL1) & ~ICC_CTLR_EOIMODE) | v3, ICC_CTLR_EL1);
		isb();
	} else {
		writel((readl(ctlr) & ~(u32)GICC_CTLR_EOIMODE) | v2, ctlr);
	}
}

void gic_write_dir(u32 iar)
{
	if (version == 3) {
		write_sysreg(iar, ICC_DIR_EL1);
		isb();
	} else {
		writel(iar, (char *)gicv2_cpu_base() + GICC_DIR);
	}
}

void gic_ipi_send_single(int irq, int cpu)
{
	assert(irq >= 0 && irq < GIC_SGI_MAX);
	if (version == 3)
		gicv3_send_sgi(irq, cpu);
	else
		gicv2_send_sgi(irq, cpu);
}

void gic_ipi_send_mask(int irq, const cpumask_t *mask)
{
	int cpu;

	for_each_cpu(cpu, mask)
		gic_ipi_send_single(irq, cpu);
}

/* The frame that has the registers of an interrupt. */
static char *frame(int irq)
{
	assert_msg(irq >= 0 && irq < (int)gic_irqs(), "interrupt %d of %u", irq, gic_irqs());
	if (gic_version() == 2)
		return gicv2_dist_base();
	return irq < GIC_NR_PRIVATE_IRQS ? gicv3_sgi_base() : gicv3_dist_base();
}

void gic_set_irq_bit(int irq, int offset)
{
	writel(1u << irq % 32, frame(irq) + offset + irq / 32 * 4);
}

bool gic_get_irq_bit(int irq, int offset)
{
	return readl(frame(irq) + offset + irq / 32 * 4) >> irq % 32 & 1;
}

static void wait_for_write(int irq)
{
	if (version != 3)
		return;
	if (irq < GIC_NR_PRIVATE_IRQS)
		gicv3_redist_wait_for_rwp();
	else
		gicv3_dist_wait_for_rwp();
}

void gic_irq_set_clr_enable(int irq, bool enable)
{
	gic_set_irq_bit(irq, enable ? GICD_ISENABLER : GICD_ICENABLER);
	if (!enable)
		wait_for_write(irq);
}

void gic_enable_irq(int irq)
{
	gic_irq_set_clr_enable(irq, true);
}

void gic_disable_irq(int irq)
{
	gic_irq_set_clr_enable(irq, false);
}

bool gic_irq_enabled(int irq)
{
	return gic_get_irq_bit(irq, GICD_ISENABLER);
}

void gic_set_priority(int irq, u8 priority)
{
	writeb(priority, frame(irq) + GICD_IPRIORITYR + irq);
}

u8 gic_get_priority(int irq)
{
	return readb(frame(irq) + GICD_IPRIORITYR + irq);
}

enum gic_irq_state gic_irq_state(int irq)
{
	bool pending = gic_get_irq_bit(irq, GICD_ISPENDR), active = gic_get_irq_bit(irq, GICD_ISACTIVER);

	if (pending)
		return active ? GIC_IRQ_STATE_ACTIVE_PENDING : GIC_IRQ_STATE_PENDING;
	return active ? GIC_IRQ_STATE_ACTIVE : GIC_IRQ_STATE_INACTIVE;
}

void gic_route_spi(int irq, int cpu)
{
	assert(irq >= GIC_FIRST_SPI);
	if (gic_version() == 2)
		writeb(gicv2_cpu_bit(cpu), frame(irq) + GICD_ITARGETSR + irq);
	else
		writeq(cpus[cpu], frame(irq) + GICD_IROUTER + 8 * irq);
}

void gic_write_pmr(u32 priority)
{
	if (version == 3)
		gicv3_write_pmr(priority);
	else
		writel(priority, (char *)gicv2_cpu_base() + GICC_PMR);
}

u32 gic_read_pmr(void)
{
	return version == 3 ? (u32)read_sysreg(ICC_PMR_EL1) : readl((char *)gicv2_cpu_base() + GICC_PMR);
}

u32 gic_read_rpr(void)
{
	return version == 3 ? (u32)read_sysreg(ICC_RPR_EL1) : readl((char *)gicv2_cpu_base() + GICC_RPR);
}

u32 gic_read_hppir(void)
{
	return version == 3 ? (u32)read_sysreg(ICC_HPPIR1_EL1) : readl((char *)gicv2_cpu_base() + GICC_HPPIR);
}
