/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory barriers: the CPU is strongly ordered but for a store before a fetch of another location,
 * which BCR 14,0 or 15,0 orders (Principles of Operation, chapter 5, "Serialization").
 */
#ifndef S390X_ASM_BARRIER_H
#define S390X_ASM_BARRIER_H

#include "linux/compiler.h"

#define mb()		__asm__ __volatile__("bcr 15,%%r0" : : : "memory")
#define rmb()		barrier()
#define wmb()		barrier()
#define smp_rmb()	barrier()
#define smp_wmb()	barrier()

#include "asm-generic/barrier.h"

#endif
