/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory barriers. x86 orders all but a store before a later load (SDM volume 3, section 9.2.2), so between CPUs most
 * need to hold back the compiler only. mb() and its like are for devices and non-temporal or WC memory as well.
 */
#ifndef X86_ASM_BARRIER_H
#define X86_ASM_BARRIER_H

#include "linux/compiler.h"

/* Instructions that every CPU since the P6 has: the fences need SSE2, which an i386 guest may lack. */
#ifdef __x86_64__
#define mb()		__asm__ __volatile__("mfence" : : : "memory")
#define rmb()		__asm__ __volatile__("lfence" : : : "memory")
#define wmb()		__asm__ __volatile__("sfence" : : : "memory")
#else
#define mb()		__asm__ __volatile__("lock; addl $0, (%%esp)" : : : "memory", "cc")
#define rmb()		mb()
#define wmb()		mb()
#endif

#define smp_mb()	mb()
#define smp_rmb()	barrier()
#define smp_wmb()	barrier()

/* Tells the CPU that this is a spinning wait (PAUSE; a NOP where it does not exist). */
static inline void cpu_relax(void)
{
	__asm__ __volatile__("rep; nop" : : : "memory");
}

#endif
