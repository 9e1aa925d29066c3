/* SPDX-License-Identifier: BSD-2-Clause */
/* GICv2 (IHI 0048B.b): the CPU interface's registers, section 4.4, and where things are. */
#ifndef ARM_ASM_GIC_V2_H
#define ARM_ASM_GIC_V2_H

#include "asm/gic.h"

#define GICC_CTLR		0x0000
#define GICC_PMR		0x0004
#define GICC_BPR		0x0008
#define GICC_IAR		0x000c
#define GICC_EOIR		0x0010
#define GICC_RPR		0x0014
#define GICC_HPPIR		0x0018
#define GICC_IIDR		0x00fc
#define GICC_DIR		0x1000
#define GICC_ENABLE		1
#define GICC_CTLR_EOIMODE	BIT(9)
#define GICC_IAR_INT_ID_MASK	0x3ff

#define GICD_ENABLE		1

#ifndef __ASSEMBLER__

struct gicv2_data {
	void *dist_base;
	void *cpu_base;
	unsigned int irq_nr;
};
extern struct gicv2_data gicv2_data;
#define gicv2_dist_base()	(gicv2_data.dist_base)
#define gicv2_cpu_base()	(gicv2_data.cpu_base)

bool gicv2_init(void);
void gicv2_enable_defaults(void);
u32 gicv2_read_iar(void);
void gicv2_write_eoir(u32 iar);
void gicv2_send_sgi(int irq, int cpu);
/* The CPU's bit in GICD_ITARGETSR and GICD_SGIR, known once it has run gic_enable_defaults(). */
u8 gicv2_cpu_bit(int cpu);

#endif

#endif
