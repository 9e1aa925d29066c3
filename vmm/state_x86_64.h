/* SPDX-License-Identifier: BSD-2-Clause */
/* All of a vCPU's and a VM's state, as KVM shows it, in and out. */
#ifndef VMM_STATE_X86_64_H
#define VMM_STATE_X86_64_H

#include "machine.h"

/* KVM_CAP_XSAVE2 asks for more only with features that are not there yet */
#define XSAVE_MAX	16384u
#define MSRS_MAX	1024u

struct vcpu_state {
	struct kvm_regs regs;
	struct kvm_sregs2 sregs;
	struct kvm_xcrs xcrs;
	struct kvm_debugregs debugregs;
	struct kvm_vcpu_events events;
	struct kvm_lapic_state lapic;
	struct kvm_mp_state mp;
	uint64_t tsc_offset;
	bool has_tsc_offset;
	unsigned int n_msrs;
	struct kvm_msr_entry msrs[MSRS_MAX];	/* those that KVM gave */
	uint8_t xsave[XSAVE_MAX];
};

struct vm_state {
	struct kvm_irqchip chips[3];
	struct kvm_pit_state2 pit;
	struct kvm_clock_data clock;
};

/*
 * The vCPU is settled and does not run. Name the part that failed in *part and return -errno, or
 * return 0. lose: leaves the debug registers out.
 */
int vcpu_state_save(const struct vcpu *vcpu, struct vcpu_state *s, const char **part);
int vcpu_state_restore(const struct vcpu *vcpu, const struct vcpu_state *s, bool lose,
		       const char **part);
/* Of the devices that KVM emulates. lose: leaves I/O APIC and PIT out. */
int vm_state_save(const struct machine *m, struct vm_state *s, const char **part);
int vm_state_restore(struct machine *m, const struct vm_state *s, bool lose,
		     const char **part);

#endif
