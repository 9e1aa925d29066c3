/* SPDX-License-Identifier: BSD-2-Clause */
/* What the set-up found of the machine: the CPUs. Memory: memory_map.h; the rest: platform.h. */
#ifndef ARM_ASM_SETUP_H
#define ARM_ASM_SETUP_H

#include "cpumask.h"
#include "libcflat.h"

/* Affinity (MPIDR_HWID_BITMASK) of each CPU; CPU 0 is the one that booted. */
extern u64 cpus[NR_CPUS];
/* How many there are, whether they run or not. */
extern int nr_cpus;

/* The first byte of RAM, and the one behind the last. */
extern phys_addr_t phys_offset, phys_end;
#define PHYS_OFFSET		phys_offset
#define PHYS_END		phys_end

#endif
