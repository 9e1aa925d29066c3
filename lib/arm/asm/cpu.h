/* SPDX-License-Identifier: BSD-2-Clause */
/* What asm/processor.h offers with either width: affinity, the counter, user mode for good. */
#ifndef ARM_ASM_CPU_H
#define ARM_ASM_CPU_H

#include "libcflat.h"
#include "asm/barrier.h"
#include "asm/sysreg.h"

/* Affinity: what PSCI and the GIC call a CPU. */
#ifdef __aarch64__
#define MPIDR_HWID_BITMASK	0xff00fffffful
#else
#define MPIDR_HWID_BITMASK	0x00fffffful
#endif
#define MPIDR_AFFINITY_LEVEL(mpidr, level) \
	((unsigned int)((u64)(mpidr) >> ((level) == 3 ? 32 : 8 * (level)) & 0xff))

static inline u64 get_mpidr(void)
{
	return read_sysreg(mpidr_el1);
}
/* The number of the CPU with that affinity; -1 if there is none. */
int mpidr_to_cpu(u64 mpidr);

/* Ticks, and how many a second. */
static inline u64 get_cntvct(void)
{
	isb();
	return read_sysreg(cntvct_el0);
}

static inline u64 get_cntpct(void)
{
	isb();
	return read_sysreg(cntpct_el0);
}

static inline u32 get_cntfrq(void)
{
	return read_sysreg(cntfrq_el0);
}

/*
 * Goes to EL0 for good: func(arg) on the stack that ends at sp, both accessible there. What it
 * leaves by is an exception, whose handler may go anywhere. is_user(): whether this CPU did so.
 * run_in_user() of asm/try.h comes back.
 */
typedef void (*start_usr_fn)(void *arg);
void start_usr(start_usr_fn func, void *arg, unsigned long sp);
bool is_user(void);

#include "asm/delay.h"

#endif
