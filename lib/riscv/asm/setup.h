/* SPDX-License-Identifier: BSD-2-Clause */
/* The harts that the device tree names, and the device tree itself. */
#ifndef RISCV_ASM_SETUP_H
#define RISCV_ASM_SETUP_H

#include "cpumask.h"
#include "devicetree/tree.h"
#include "asm/processor.h"

/* By CPU number: 0 is the hart that booted, the others follow in the device tree's order. */
extern struct thread_info cpus[NR_CPUS];
extern int nr_cpus;

/* Hertz of the time CSR: /cpus/timebase-frequency. */
extern unsigned long timebase_frequency;

/* The CPU with that hart number, or -1. */
int hartid_to_cpu(unsigned long hartid);

#endif
