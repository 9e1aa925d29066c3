/* SPDX-License-Identifier: BSD-2-Clause */
/* GICv3: set-up and what only it does (IHI 0069, chapters 4 and 12), for one security state or as the non-secure one. */
#include "arch-hooks.h"
#include "patience.h"
#include "platform.h"
#include "asm/gic-v3.h"
#include "asm/io.h"
#include "asm/processor.h"
#include "asm/setup.h"
#include "asm/spinlock.h"

struct gicv3_data gicv3_data;

static struct spinlock lock;

static char *dist(u32 offset)
{
	return (char *)gicv3_data.dist_base + offset;
}

static bool map_regions(int node)
{
	u64 address, size, count = fdt_number(&platform.fdt, node, "#redistributor-regions", 1);

	if (!fdt_reg(&platform.fdt, node, 0, &address, &size))
		return false;
	gicv3_data.dist_base = ioremap(address, size);
	if (count > GICV3_NR_REDISTS)
		report_abort("device tree: more than %d regions of redistributors", GICV3_NR_REDISTS);
	for (u64 i = 0; i < count; i++) {
		if (!fdt_reg(&platform.fdt, node, i + 1, &address, &size))
			report_abort("device tree: a GICv3 lacks redistributor region %" PRIu64, i);
		gicv3_data.redist_bases[i] = ioremap(address, size);
		gicv3_data.redist_sizes[i] = size;
	}
	return true;
}

bool gicv3_init(void)
{
	int node = fdt_find_compatible(&platform.fdt, FDT_NONE, "arm,gic-v3");

	if (node == FDT_NONE || !map_regions(node))
		return false;
	gicv3_data.irq_nr = MIN(GICD_TYPER_IRQS(readl(dist(GICD_TYPER))), 1020u);
	return true;
}

/* Section 12.11.33: GICR_TYPER has the affinity above bit 32, and says which is the last of a region. */
void gicv3_set_redist_base(void)
{
	u64 mpidr = get_mpidr(), affinity = (mpidr & 0xffffff) | (mpidr >> 8 & 0xff000000), typer;

	for (int i = 0; i < GICV3_NR_REDISTS && gicv3_data.redist_bases[i]; i++) {
		char *frame = gicv3_data.redist_bases[i], *end = frame + gicv3_data.redist_sizes[i];

		for (; frame + GICR_STRIDE <= end; frame += typer & GICR_TYPER_VLPIS ? 2 * GICR_STRIDE : GICR_STRIDE) {
			typer = readq(frame + GICR_TYPER);
			if (typer >> 32 == affinity) {
				gicv3_data.redist_base[arch_cpu_id()] = frame;
				return;
			}
			if (typer & GICR_TYPER_LAST)
				break;
		}
	}
	report_abort("no redistributor has the affinity of CPU %d, %#" PRIx64, arch_cpu_id(), mpidr);
}

static void wait_clear(const char *address, u32 bit, const char *what)
{
	struct patience patience = { 0 };

	while (readl(address) & bit)
		if (patience_over(&patience, 1))
			report_abort("GICv3: %s does not become 0", what);
}

void gicv3_dist_wait_for_rwp(void)
{
	wait_clear(dist(GICD_CTLR), GICD_CTLR_RWP, "GICD_CTLR.RWP");
}

void gicv3_redist_wait_for_rwp(void)
{
	wait_clear((char *)gicv3_redist_base() + GICR_CTLR, GICR_CTLR_RWP, "GICR_CTLR.RWP");
}

static void wake_redistributor(void)
{
	char *waker = (char *)gicv3_redist_base() + GICR_WAKER;

	writel(readl(waker) & ~(u32)GICR_WAKER_SLEEP, waker);
	wait_clear(waker, GICR_WAKER_ASLEEP, "GICR_WAKER.ChildrenAsleep");
}

static void reset_private_interrupts(void)
{
	char *sgi = gicv3_sgi_base();

	writel(~0u, sgi + GICD_ICENABLER);
	gicv3_redist_wait_for_rwp();
	writel(~0u, sgi + GICD_ICPENDR);
	writel(~0u, sgi + GICD_ICACTIVER);
	writel(~0u, sgi + GICD_IGROUPR);
	for (int i = 0; i < GIC_NR_PRIVATE_IRQS; i += 4)
		writel(GICD_INT_DEF_PRI_X4, sgi + GICD_IPRIORITYR + i);
	writel(GICD_INT_EN_SET_SGI, sgi + GICD_ISENABLER);
}

static void enable_distributor(void)
{
	u32 wanted = GICD_CTLR_ARE_NS | GICD_CTLR_ENABLE_G1 | GICD_CTLR_ENABLE_G1A, ctlr = readl(dist(GICD_CTLR));

	if ((ctlr & wanted) == wanted)
		return;
	/* ARE may change only while no group is enabled: section 12.9.4. */
	writel(ctlr & ~(u32)(GICD_CTLR_ENABLE_G1 | GICD_CTLR_ENABLE_G1A), dist(GICD_CTLR));
	gicv3_dist_wait_for_rwp();
	writel((ctlr & ~(u32)(GICD_CTLR_ENABLE_G1 | GICD_CTLR_ENABLE_G1A)) | GICD_CTLR_ARE_NS, dist(GICD_CTLR));
	gicv3_dist_wait_for_rwp();
	writel(ctlr | wanted, dist(GICD_CTLR));
	gicv3_dist_wait_for_rwp();
	for (unsigned int i = GIC_FIRST_SPI; i < gicv3_data.irq_nr; i += 32)
		writel(~0u, dist(GICD_IGROUPR) + i / 8);
}

void gicv3_enable_defaults(void)
{
	unsigned long state = arch_irq_save();

	spin_lock(&lock);
	enable_distributor();
	spin_unlock(&lock);
	gicv3_set_redist_base();
	wake_redistributor();
	reset_private_interrupts();
	write_sysreg(read_sysreg(ICC_SRE_EL1) | 1, ICC_SRE_EL1);
	isb();
	gicv3_write_pmr(GICC_INT_PRI_THRESHOLD);
	write_sysreg(1, ICC_IGRPEN1_EL1);
	isb();
	arch_irq_restore(state);
}

u32 gicv3_read_iar(void)
{
	u32 iar = read_sysreg(ICC_IAR1_EL1);

	dsb(sy);	/* section 4.1.1: acknowledged before the handler goes on */
	return iar;
}

u32 gicv3_iar_irqnr(u32 iar)
{
	return iar & 0xffffff;
}

void gicv3_write_eoir(u32 irq)
{
	write_sysreg(irq, ICC_EOIR1_EL1);
	isb();
}

void gicv3_write_pmr(u32 pmr)
{
	write_sysreg(pmr, ICC_PMR_EL1);
	isb();
}

void gicv3_write_sgi1r(u64 value)
{
	dsb(ishst);	/* what was stored before the interrupt is seen behind it */
	write_sysreg(value, ICC_SGI1R_EL1);
	isb();
}

void gicv3_send_sgi(int irq, int cpu)
{
	u64 id = cpus[cpu], aff0 = MPIDR_AFFINITY_LEVEL(id, 0);

	gicv3_write_sgi1r((u64)MPIDR_AFFINITY_LEVEL(id, 3) << 48 | (aff0 >> 4) << 44 |
			  (u64)MPIDR_AFFINITY_LEVEL(id, 2) << 32 | (u64)irq << 24 |
			  (u64)MPIDR_AFFINITY_LEVEL(id, 1) << 16 | 1ull << (aff0 & 15));
}
