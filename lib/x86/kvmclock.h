/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KVM's clock: the host describes for each vCPU how the TSC becomes nanoseconds (Linux,
 * Documentation/virt/kvm/x86/msr.rst, MSR_KVM_SYSTEM_TIME_NEW and MSR_KVM_WALL_CLOCK_NEW).
 */
#ifndef X86_KVMCLOCK_H
#define X86_KVMCLOCK_H

#include "libcflat.h"

#define KVM_CLOCK_ENABLE	1		/* bit 0 of MSR_KVM_SYSTEM_TIME_NEW; the rest is the address */

#define PVCLOCK_TSC_STABLE	(1 << 0)	/* monotonic across all vCPUs */
#define PVCLOCK_GUEST_STOPPED	(1 << 1)	/* the host has paused the vCPU; the guest clears it */

struct pvclock_vcpu_time_info {
	u32 version;		/* odd while the host changes the rest */
	u32 pad0;
	u64 tsc_timestamp;
	u64 system_time;	/* nanoseconds at tsc_timestamp */
	u32 tsc_to_system_mul;
	s8 tsc_shift;
	u8 flags;
	u8 pad[2];
} __attribute__((packed, aligned(4)));
_Static_assert(sizeof(struct pvclock_vcpu_time_info) == 32, "as the host sees it");

/* When the clock was 0. */
struct pvclock_wall_clock {
	u32 version, sec, nsec;
} __attribute__((packed, aligned(4)));

/* Takes a copy that the host did not change meanwhile; false if it changes it for ever. */
bool pvclock_snapshot(const volatile struct pvclock_vcpu_time_info *shared, struct pvclock_vcpu_time_info *copy);
/* The clock at tsc, which may be before tsc_timestamp. */
u64 pvclock_ns(const struct pvclock_vcpu_time_info *time, u64 tsc);
/* The TSC's frequency by time, in Hz; 0 if it says none. */
u64 pvclock_tsc_hz(const struct pvclock_vcpu_time_info *time);
/* Takes a snapshot and the TSC: the clock now, on the CPU that time belongs to. */
u64 pvclock_read(const volatile struct pvclock_vcpu_time_info *shared);

#endif
