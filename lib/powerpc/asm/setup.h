/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine as the device tree describes it. CPUs: <asm/smp.h>. */
#ifndef POWERPC_ASM_SETUP_H
#define POWERPC_ASM_SETUP_H

#include "cpumask.h"
#include "devicetree/tree.h"
#include "asm/processor.h"

/* Hertz of the time base and the decrementer; bits that the latter has. */
extern u64 tb_hz;
extern unsigned int dec_bits;

/* Real memory: the first byte's address, and that of the first behind all of it. */
extern u64 physical_start, physical_end;
#define PHYSICAL_START	physical_start
#define PHYSICAL_END	physical_end

#endif
