/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The generic interrupt controller, version 2 (IHI 0048) or 3 (IHI 0069), as the device tree says. Interrupts: 0 to 15
 * SGIs, 16 to 31 PPIs, from 32 on SPIs. Registers by name: here what both have, asm/gic-v2.h, asm/gic-v3.h.
 */
#ifndef ARM_ASM_GIC_H
#define ARM_ASM_GIC_H

#include "bitops.h"
#include "libcflat.h"

#define GICD_CTLR		0x0000
#define GICD_TYPER		0x0004
#define GICD_IIDR		0x0008
#define GICD_TYPER2		0x000c
#define GICD_IGROUPR		0x0080
#define GICD_ISENABLER		0x0100
#define GICD_ICENABLER		0x0180
#define GICD_ISPENDR		0x0200
#define GICD_ICPENDR		0x0280
#define GICD_ISACTIVER		0x0300
#define GICD_ICACTIVER		0x0380
#define GICD_IPRIORITYR		0x0400
#define GICD_ITARGETSR		0x0800
#define GICD_ICFGR		0x0c00
#define GICD_SGIR		0x0f00
#define GICD_CPENDSGIR		0x0f10
#define GICD_SPENDSGIR		0x0f20
#define GICD_ICPIDR2		0x0fe8

#define GICD_TYPER_IRQS(typer)	((((typer) & 0x1f) + 1) * 32)
#define GICD_INT_EN_SET_SGI	0x0000ffff
#define GICD_INT_DEF_PRI	0xa0
#define GICD_INT_DEF_PRI_X4	0xa0a0a0a0

#define GICC_INT_PRI_THRESHOLD	0xf0
#define GICC_INT_SPURIOUS	1023

#define GIC_NR_PRIVATE_IRQS	32
#define GIC_FIRST_SPI		GIC_NR_PRIVATE_IRQS
#define SGI(n)			(n)
#define PPI(n)			((n) + 16)
#define SPI(n)			((n) + GIC_FIRST_SPI)
#define GIC_SGI_MAX		16

#ifndef __ASSEMBLER__

#include "cpumask.h"

enum gic_irq_state {
	GIC_IRQ_STATE_INACTIVE,
	GIC_IRQ_STATE_PENDING,
	GIC_IRQ_STATE_ACTIVE,
	GIC_IRQ_STATE_ACTIVE_PENDING,
};

/* Finds and maps the controller, once: its version, 2 or 3, or 0 where there is none that we know. */
int gic_init(void);
/* The same, and aborts if there is none. */
int gic_version(void);

/*
 * Makes the distributor forward group 1 interrupts and this CPU's interface take those above GICC_INT_PRI_THRESHOLD,
 * SGIs enabled; every other interrupt of this CPU is disabled, has priority GICD_INT_DEF_PRI and is not pending or active.
 */
void gic_enable_defaults(void);
/* How many interrupts the distributor has, SGIs and PPIs counted. */
unsigned int gic_irqs(void);

/* Acknowledges: the highest pending interrupt, or GICC_INT_SPURIOUS. v2: with the SGI's sender above bit 10. */
u32 gic_read_iar(void);
u32 gic_iar_irqnr(u32 iar);
/* Ends that interrupt. */
void gic_write_eoir(u32 iar);
/*
 * Whether gic_write_eoir() only drops the priority, and gic_write_dir() deactivates (EOImode). Of
 * the calling CPU.
 */
void gic_set_eoi_mode(bool split);
void gic_write_dir(u32 iar);

/* Sends SGI irq to one CPU, or to all of a set (the sender may be among them). */
void gic_ipi_send_single(int irq, int cpu);
void gic_ipi_send_mask(int irq, const cpumask_t *mask);

/* Of SGIs and PPIs those of the calling CPU. */
void gic_enable_irq(int irq);
void gic_disable_irq(int irq);
bool gic_irq_enabled(int irq);
void gic_set_irq_bit(int irq, int offset);	/* writes a one to its bit in the registers GICD_ISENABLER and so on */
bool gic_get_irq_bit(int irq, int offset);
void gic_set_priority(int irq, u8 priority);
u8 gic_get_priority(int irq);
/* Sends an SPI to cpu. */
void gic_irq_set_clr_enable(int irq, bool enable);
void gic_route_spi(int irq, int cpu);
enum gic_irq_state gic_irq_state(int irq);

/* The CPU interface: mask, running priority, highest pending interrupt. */
void gic_write_pmr(u32 priority);
u32 gic_read_pmr(void);
u32 gic_read_rpr(void);
u32 gic_read_hppir(void);

#endif

#endif
