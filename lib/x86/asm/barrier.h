/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory barriers. x86 reorders only a store with a later load (SDM volume 3, section 9.2.2), which a locked instruction
 * prevents; it also drains the buffers of WC memory (section 12.3.1). The fences of SSE2 would add the order of
 * non-temporal accesses, which no C code makes, and KVM's instruction emulator does not know them.
 */
#ifndef X86_ASM_BARRIER_H
#define X86_ASM_BARRIER_H

#include "linux/compiler.h"

#ifdef __x86_64__
#define mb()		__asm__ __volatile__("lock; addl $0, -4(%%rsp)" : : : "memory", "cc")
#else
#define mb()		__asm__ __volatile__("lock; addl $0, -4(%%esp)" : : : "memory", "cc")
#endif
#define rmb()		barrier()
#define wmb()		barrier()

#define smp_mb()	mb()
#define smp_rmb()	rmb()
#define smp_wmb()	wmb()

/* Tells the CPU that this is a spinning wait (PAUSE; a NOP where it does not exist). */
static inline void cpu_relax(void)
{
	__asm__ __volatile__("rep; nop" : : : "memory");
}

#endif
