/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory barriers for an architecture that says nothing of its own: mb(), rmb(), wmb() order all accesses, also to
 * devices; smp_*() those between CPUs. Each may be defined before this header is included.
 */
#ifndef ASM_GENERIC_BARRIER_H
#define ASM_GENERIC_BARRIER_H

#include "linux/compiler.h"

#ifndef mb
#define mb()		__sync_synchronize()
#endif
#ifndef rmb
#define rmb()		mb()
#endif
#ifndef wmb
#define wmb()		mb()
#endif
#ifndef smp_mb
#define smp_mb()	mb()
#endif
#ifndef smp_rmb
#define smp_rmb()	rmb()
#endif
#ifndef smp_wmb
#define smp_wmb()	wmb()
#endif
#ifndef cpu_relax
#define cpu_relax()	barrier()
#endif

#endif
