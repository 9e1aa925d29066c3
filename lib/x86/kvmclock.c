/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads KVM's clock: see kvmclock.h. */
#include "x86/kvmclock.h"
#include "x86/processor.h"
#include "asm/barrier.h"

#define NS_PER_S	1000000000ull
#define TRIES		1000000

bool pvclock_snapshot(const volatile struct pvclock_vcpu_time_info *shared, struct pvclock_vcpu_time_info *copy)
{
	for (int tries = 0; tries < TRIES; tries++) {
		u32 version = shared->version;

		smp_rmb();
		*copy = *shared;
		smp_rmb();
		if (!(version & 1) && shared->version == version)
			return true;
		cpu_relax();
	}
	return false;
}

/* ticks * mul >> 32, where ticks has 64 bits. */
static u64 scale(u64 ticks, u32 mul)
{
	return (ticks >> 32) * mul + ((ticks & UINT32_MAX) * mul >> 32);
}

static u64 shifted(u64 ticks, int shift)
{
	return shift < 0 ? ticks >> -shift : ticks << shift;
}

u64 pvclock_ns(const struct pvclock_vcpu_time_info *time, u64 tsc)
{
	if (tsc < time->tsc_timestamp)
		return time->system_time -
			scale(shifted(time->tsc_timestamp - tsc, time->tsc_shift), time->tsc_to_system_mul);
	return time->system_time + scale(shifted(tsc - time->tsc_timestamp, time->tsc_shift), time->tsc_to_system_mul);
}

u64 pvclock_tsc_hz(const struct pvclock_vcpu_time_info *time)
{
	if (!time->tsc_to_system_mul)
		return 0;
	return shifted((NS_PER_S << 32) / time->tsc_to_system_mul, -time->tsc_shift);
}

u64 pvclock_read(const volatile struct pvclock_vcpu_time_info *shared)
{
	struct pvclock_vcpu_time_info copy;
	u64 tsc;

	do {
		if (!pvclock_snapshot(shared, &copy))
			report_abort("KVM's clock: the version stays odd");
		tsc = fenced_rdtsc();
	} while (shared->version != copy.version);
	return pvclock_ns(&copy, tsc);
}
