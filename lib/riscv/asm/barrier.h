/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory barriers (RISC-V Unprivileged ISA 20191213, section 2.7): of memory and devices, and of
 * memory alone.
 */
#ifndef RISCV_ASM_BARRIER_H
#define RISCV_ASM_BARRIER_H

#define __riscv_fence(before, after) \
	__asm__ __volatile__("fence " before ", " after : : : "memory")

#define mb()		__riscv_fence("iorw", "iorw")
#define rmb()		__riscv_fence("ir", "iorw")
#define wmb()		__riscv_fence("iorw", "ow")
#define smp_mb()	__riscv_fence("rw", "rw")
#define smp_rmb()	__riscv_fence("r", "r")
#define smp_wmb()	__riscv_fence("w", "w")

/* Zihintpause's PAUSE, a FENCE that orders nothing, also where that extension is missing. */
static inline void cpu_relax(void)
{
	__asm__ __volatile__(".4byte 0x0100000f" : : : "memory");
}
#define cpu_relax cpu_relax

#include "asm-generic/barrier.h"

#endif
