/* SPDX-License-Identifier: BSD-2-Clause */
/* GICv3 (IHI 0069): distributor, section 12.9, redistributors, section 12.11, and where they are. */
#ifndef ARM_ASM_GIC_V3_H
#define ARM_ASM_GIC_V3_H

#include "asm/arch_gicv3.h"
#include "asm/gic.h"

#define GICD_CTLR_ENABLE_G1	BIT(0)
#define GICD_CTLR_ENABLE_G1A	BIT(1)
#define GICD_CTLR_ARE_NS	BIT(4)
#define GICD_CTLR_DS		BIT(6)
#define GICD_CTLR_nASSGIreq	BIT(8)
#define GICD_CTLR_RWP		BIT(31)
#define GICD_TYPER2_nASSGIcap	BIT(8)
#define GICD_TYPER_LPIS		BIT(17)
#define GICD_TYPER_NUM_LPIS(t)	(((t) >> 11) & 0x1f)
#define GICD_IROUTER		0x6000
#define GICD_PIDR2		0xffe8

#define GICR_CTLR		0x0000
#define GICR_CTLR_ENABLE_LPIS	BIT(0)
#define GICR_CTLR_RWP		BIT(3)
#define GICR_TYPER		0x0008
#define GICR_TYPER_PLPIS	BIT(0)
#define GICR_TYPER_VLPIS	BIT(1)
#define GICR_TYPER_LAST		BIT(4)
#define GICR_WAKER		0x0014
#define GICR_WAKER_SLEEP	BIT(1)
#define GICR_WAKER_ASLEEP	BIT(2)
#define GICR_PROPBASER		0x0070
#define GICR_PENDBASER		0x0078
#define GICR_PENDBASER_PTZ	BIT_ULL(62)
#define GICR_SGI_OFFSET		0x10000	/* the frame of SGIs and PPIs: GICD_ISENABLER and so on, first words */
#define GICR_STRIDE		0x20000	/* with virtual LPIs twice that */

/* LPIs: section 5.1. The property of each is a byte: priority, enable. */
#define LPI(n)			((n) + 8192)
#define LPI_ID_BITS		14		/* 8192 LPIs */
#define LPI_PROP_GROUP1		BIT(1)
#define LPI_PROP_ENABLED	BIT(0)
#define LPI_PROP_DEFAULT_PRIO	GICD_INT_DEF_PRI
#define LPI_PROP_DEFAULT	(LPI_PROP_DEFAULT_PRIO | LPI_PROP_GROUP1 | LPI_PROP_ENABLED)

#define ICC_CTLR_EOIMODE	BIT(1)

#define GICV3_NR_REDISTS	32

#ifndef __ASSEMBLER__

struct gicv3_data {
	void *dist_base;
	void *redist_bases[GICV3_NR_REDISTS];	/* regions */
	u64 redist_sizes[GICV3_NR_REDISTS];
	void *redist_base[NR_CPUS];		/* by CPU, once it has run gic_enable_defaults() */
	unsigned int irq_nr;
	u8 *lpi_prop;				/* the properties of all, once gicv3_lpi_alloc_tables() was called */
	u8 *lpi_pend[NR_CPUS];			/* a bit for each interrupt, SGIs and so on counted */
};
extern struct gicv3_data gicv3_data;
#define gicv3_dist_base()	(gicv3_data.dist_base)
/* Of the calling CPU. */
#define gicv3_redist_base()	(gicv3_data.redist_base[arch_cpu_id()])
#define gicv3_sgi_base()	((void *)((char *)gicv3_redist_base() + GICR_SGI_OFFSET))

bool gicv3_init(void);
void gicv3_enable_defaults(void);
/* Finds the redistributor of the calling CPU and stores its place; aborts if there is none. */
void gicv3_set_redist_base(void);
/* Waits until writes to GICD_CTLR and the disabling of interrupts have taken effect; at most a second. */
void gicv3_dist_wait_for_rwp(void);
void gicv3_redist_wait_for_rwp(void);
u32 gicv3_read_iar(void);
void gicv3_write_eoir(u32 irq);
void gicv3_write_pmr(u32 pmr);
/* ICC_SGI1R_EL1, section 12.2.11: affinities, list of 16 CPUs, SGI. */
void gicv3_write_sgi1r(u64 value);
void gicv3_send_sgi(int irq, int cpu);
u32 gicv3_iar_irqnr(u32 iar);

/*
 * Gives every redistributor its tables for LPIs: after all CPUs have called gic_enable_defaults(). Then an LPI's property
 * may be set, which takes effect by the ITS' INV, and a CPU's LPIs enabled (GICR_CTLR), by itself or another.
 */
void gicv3_lpi_alloc_tables(void);
void gicv3_lpi_rdist_enable(int redist);
void gicv3_lpi_rdist_disable(int redist);
/* The pending bit in memory, for a redistributor whose LPIs are off. */
void gicv3_lpi_set_clr_pending(int redist, int n, bool set);
#define gicv3_lpi_set_config(n, value)	(gicv3_data.lpi_prop[(n) - LPI(0)] = (value))
#define gicv3_lpi_get_config(n)		(gicv3_data.lpi_prop[(n) - LPI(0)])

#endif

#endif
