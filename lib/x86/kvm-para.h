/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What KVM offers a guest that knows of it: hypercalls, and the memory that it shares with a vCPU (Linux,
 * Documentation/virt/kvm/x86/cpuid.rst, msr.rst, hypercalls.rst). Features: cpuid.h; MSRs: msr.h; the clock: kvmclock.h.
 */
#ifndef X86_KVM_PARA_H
#define X86_KVM_PARA_H

#include "libcflat.h"
#include "x86/processor.h"

/* ---- hypercalls ---- */

#define KVM_HC_VAPIC_POLL_IRQ	1
#define KVM_HC_KICK_CPU		5
#define KVM_HC_CLOCK_PAIRING	9
#define KVM_HC_SEND_IPI		10
#define KVM_HC_SCHED_YIELD	11
#define KVM_HC_MAP_GPA_RANGE	12

/* Errors, returned as their negative. */
#define KVM_EPERM		1
#define KVM_EFAULT		14
#define KVM_EOPNOTSUPP		95
#define KVM_ENOSYS		1000

/* VMCALL on Intel's CPUs and their like, VMMCALL on AMD's; returns RAX. Ask kvm_hypercalls_end() before the first one. */
long kvm_hypercall(unsigned long nr, unsigned long a0, unsigned long a1, unsigned long a2, unsigned long a3);

/*
 * Whether a hypercall ends at all. A KVM without hardware virtualization (host kvm_pvm) executes it in its instruction
 * emulator, for ever: the APIC's timer, which is lost by this, takes the CPU out of that. Tried once, by KVM_HC_VAPIC_POLL_IRQ.
 */
bool kvm_hypercalls_end(void);

/* Without a hypercall the case is skipped, with the reason. */
#define require_hypercalls()								\
	do {										\
		require_msg(this_cpu_has_kvm(), "no KVM is announced by CPUID");	\
		require_msg(kvm_hypercalls_end(), "a hypercall at CPL 0 never ends here: the host has no hardware virtualization"); \
	} while (0)

/* a0 of KVM_HC_CLOCK_PAIRING points here; type 0 pairs the TSC with the host's real time. */
#define KVM_CLOCK_PAIRING_WALLCLOCK	0
struct kvm_clock_pairing {
	s64 sec, nsec;
	u64 tsc;
	u32 flags;
	u32 pad[9];
};
_Static_assert(sizeof(struct kvm_clock_pairing) == 64, "as the host sees it");

/* ---- MSR_KVM_STEAL_TIME: 64-byte aligned ---- */

#define KVM_MSR_ENABLED		1

struct kvm_steal_time {
	u64 steal;		/* nanoseconds in which the vCPU wanted to run and did not */
	u32 version;		/* odd while the host changes the rest */
	u32 flags;
	u8 preempted;		/* not 0: it does not run now */
	u8 u8_pad[3];
	u32 pad[11];
};
_Static_assert(sizeof(struct kvm_steal_time) == 64, "as the host sees it");

/* ---- MSR_KVM_ASYNC_PF_EN: 64-byte aligned ---- */

#define KVM_ASYNC_PF_SEND_ALWAYS	(1 << 1)	/* at CPL 0 as well */
#define KVM_ASYNC_PF_VMEXIT		(1 << 2)
#define KVM_ASYNC_PF_INT		(1 << 3)	/* "page ready" comes as an interrupt */
#define KVM_ASYNC_PF_RESERVED		(3 << 4)

struct kvm_async_pf {
	u32 flags;		/* KVM_ASYNC_PF_NOT_PRESENT: the #PF was one of these, its token is CR2 */
	u32 token;		/* not 0: the page with that token is there */
	u8 pad[56];
};
#define KVM_ASYNC_PF_NOT_PRESENT	1
#define KVM_ASYNC_PF_WAKE_ALL		0xffffffffu	/* as a token: all pages are there */
_Static_assert(sizeof(struct kvm_async_pf) == 64, "as the host sees it");

/* ---- MSR_KVM_PV_EOI_EN: 4-byte aligned ---- */

#define KVM_PV_EOI_RESERVED	(1 << 1)

#endif
