/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory barriers (Power ISA 3.1B, Book II, section 4.6.3): SYNC orders all, LWSYNC all of memory
 * but a store before a load.
 */
#ifndef PPC64_ASM_BARRIER_H
#define PPC64_ASM_BARRIER_H

#define mb()		__asm__ __volatile__("sync" : : : "memory")
#define rmb()		mb()
#define wmb()		mb()
#define smp_mb()	mb()
#define smp_rmb()	__asm__ __volatile__("lwsync" : : : "memory")
#define smp_wmb()	smp_rmb()

/* Low priority of the thread, and back to medium (Book II, section 3.2). */
static inline void cpu_relax(void)
{
	__asm__ __volatile__("or 1, 1, 1\n\tor 2, 2, 2" : : : "memory");
}
#define cpu_relax cpu_relax

/*
 * PAUSE_SHORT: WAIT with WC 2 (Power ISA 3.1, Book II, section 4.6.4); only where
 * cpu_has_pause_short.
 */
#define pause_short()	__asm__ __volatile__(".long 0x7c40003c" : : : "memory")

#include "asm-generic/barrier.h"

#endif
