/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables of LPIs and their switch (IHI 0069, chapter 5 and sections 12.11.26, .27 and .31). Sent by: its.c. */
#include "alloc_page.h"
#include "patience.h"
#include "asm/gic-v3.h"
#include "asm/io.h"
#include "asm/setup.h"

/* Inner shareable, inner write-back cacheable with allocation. */
#define TABLE_ATTRIBUTES	(1ull << 10 | 7ull << 7)

static char *rdist(int cpu)
{
	assert_msg(gicv3_data.redist_base[cpu], "CPU %d has not called gic_enable_defaults()", cpu);
	return gicv3_data.redist_base[cpu];
}

void gicv3_lpi_alloc_tables(void)
{
	size_t properties = (1u << LPI_ID_BITS) - LPI(0), pending = (1u << LPI_ID_BITS) / 8;

	assert_msg(!gicv3_data.lpi_prop, "the tables of LPIs are there already");
	gicv3_data.lpi_prop = memalign_pages(SZ_64K, properties);
	for (int cpu = 0; cpu < nr_cpus; cpu++) {
		gicv3_data.lpi_pend[cpu] = memalign_pages(SZ_64K, MAX(pending, SZ_64K));
		writeq(virt_to_phys(gicv3_data.lpi_prop) | TABLE_ATTRIBUTES | (LPI_ID_BITS - 1),
		       rdist(cpu) + GICR_PROPBASER);
		writeq(virt_to_phys(gicv3_data.lpi_pend[cpu]) | TABLE_ATTRIBUTES | GICR_PENDBASER_PTZ,
		       rdist(cpu) + GICR_PENDBASER);
	}
}

static void wait_rwp(int cpu)
{
	struct patience patience = { 0 };

	while (readl(rdist(cpu) + GICR_CTLR) & GICR_CTLR_RWP)
		if (patience_over(&patience, 1))
			report_abort("GICv3: GICR_CTLR.RWP of CPU %d does not become 0", cpu);
}

void gicv3_lpi_rdist_enable(int redist)
{
	writel(readl(rdist(redist) + GICR_CTLR) | GICR_CTLR_ENABLE_LPIS, rdist(redist) + GICR_CTLR);
	wait_rwp(redist);
}

void gicv3_lpi_rdist_disable(int redist)
{
	writel(readl(rdist(redist) + GICR_CTLR) & ~(u32)GICR_CTLR_ENABLE_LPIS, rdist(redist) + GICR_CTLR);
	wait_rwp(redist);
}

void gicv3_lpi_set_clr_pending(int redist, int n, bool set)
{
	u8 *byte = gicv3_data.lpi_pend[redist] + n / 8, mask = 1u << n % 8;

	*byte = set ? *byte | mask : *byte & ~mask;
	dsb(sy);
}
