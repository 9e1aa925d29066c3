/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory barriers (Arm ARM, section B2.3.12) and hints. mb() and its like order devices too; smp_mb() CPUs only. ARMv7
 * has no barriers for loads alone: there rmb() is a full one.
 */
#ifndef ARM_ASM_BARRIER_H
#define ARM_ASM_BARRIER_H

#include "linux/compiler.h"

#define sev()		__asm__ __volatile__("sev" : : : "memory")
#define wfe()		__asm__ __volatile__("wfe" : : : "memory")
#define wfi()		__asm__ __volatile__("wfi" : : : "memory")
#define isb()		__asm__ __volatile__("isb" : : : "memory")
#define dmb(scope)	__asm__ __volatile__("dmb " #scope : : : "memory")
#define dsb(scope)	__asm__ __volatile__("dsb " #scope : : : "memory")

#ifdef __aarch64__
#define rmb()		dsb(ld)
#define smp_rmb()	dmb(ishld)
#endif
#define mb()		dsb(sy)
#define wmb()		dsb(st)
#define smp_mb()	dmb(ish)
#define smp_wmb()	dmb(ishst)

static inline void cpu_relax(void)
{
	__asm__ __volatile__("yield" : : : "memory");
}
#define cpu_relax cpu_relax

#include "asm-generic/barrier.h"

#endif
