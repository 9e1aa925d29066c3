/* SPDX-License-Identifier: BSD-2-Clause */
/* GICv2: set-up and what only it does (IHI 0048B.b, chapters 3 and 4). */
#include "arch-hooks.h"
#include "platform.h"
#include "asm/gic-v2.h"
#include "asm/io.h"
#include "asm/spinlock.h"

struct gicv2_data gicv2_data;

static struct spinlock lock;
static u8 cpu_bits[NR_CPUS];

static char *dist(u32 offset)
{
	return (char *)gicv2_data.dist_base + offset;
}

static char *interface(u32 offset)
{
	return (char *)gicv2_data.cpu_base + offset;
}

bool gicv2_init(void)
{
	static const char *const compatible[] = { "arm,cortex-a15-gic", "arm,gic-400", "arm,cortex-a9-gic" };
	int node = FDT_NONE;
	u64 address, size;

	for (size_t i = 0; i < ARRAY_SIZE(compatible) && node == FDT_NONE; i++)
		node = fdt_find_compatible(&platform.fdt, FDT_NONE, compatible[i]);
	if (node == FDT_NONE || !fdt_reg(&platform.fdt, node, 0, &address, &size))
		return false;
	gicv2_data.dist_base = ioremap(address, size);
	if (!fdt_reg(&platform.fdt, node, 1, &address, &size))
		report_abort("device tree: a GICv2 without a CPU interface");
	gicv2_data.cpu_base = ioremap(address, size);
	gicv2_data.irq_nr = MIN(GICD_TYPER_IRQS(readl(dist(GICD_TYPER))), 1020u);
	return true;
}

/* Section 4.3.12: the targets of an SGI are the reading CPU itself; on a machine with one CPU they read as zero. */
static u8 read_own_bit(void)
{
	u32 targets = readl(dist(GICD_ITARGETSR));

	targets |= targets >> 16;
	targets |= targets >> 8;
	return targets & 0xff ? targets & 0xff : 1;
}

u8 gicv2_cpu_bit(int cpu)
{
	if (!cpu_bits[cpu])
		report_abort("CPU %d has not called gic_enable_defaults()", cpu);
	return cpu_bits[cpu];
}

/* The first 32 interrupts are banked: each CPU resets its own. */
void gicv2_enable_defaults(void)
{
	unsigned long state = arch_irq_save();

	writel(~0u, dist(GICD_ICENABLER));
	writel(~0u, dist(GICD_ICPENDR));
	writel(~0u, dist(GICD_ICACTIVER));
	for (int i = 0; i < GIC_NR_PRIVATE_IRQS; i += 4)
		writel(GICD_INT_DEF_PRI_X4, dist(GICD_IPRIORITYR) + i);
	writel(GICD_INT_EN_SET_SGI, dist(GICD_ISENABLER));
	spin_lock(&lock);
	cpu_bits[arch_cpu_id()] = read_own_bit();
	writel(readl(dist(GICD_CTLR)) | GICD_ENABLE, dist(GICD_CTLR));
	spin_unlock(&lock);
	writel(GICC_INT_PRI_THRESHOLD, interface(GICC_PMR));
	writel(GICC_ENABLE, interface(GICC_CTLR));
	arch_irq_restore(state);
}

u32 gicv2_read_iar(void)
{
	return readl(interface(GICC_IAR));
}

void gicv2_write_eoir(u32 iar)
{
	writel(iar, interface(GICC_EOIR));
}

void gicv2_send_sgi(int irq, int cpu)
{
	writel((u32)gicv2_cpu_bit(cpu) << 16 | (u32)irq, dist(GICD_SGIR));
}
