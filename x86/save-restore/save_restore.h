/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ways in which a machine's state leaves it and comes back (Linux, Documentation/virt/kvm/api.rst: KVM_GET_REGS to
 * KVM_SET_VCPU_EVENTS, KVM_GET_IRQCHIP, KVM_GET_PIT2; QEMU: live migration). Every register, what is pending, and
 * time must be as if nothing had been. A case is run for each way that the VMM offers.
 */
#ifndef SAVE_RESTORE_H
#define SAVE_RESTORE_H

#include "hostcall.h"
#include "libcflat.h"

enum way {
	WAY_VCPU,	/* the small VMM saves this vCPU, resets and restores it */
	WAY_VM,		/* the small VMM moves the whole machine into a new one of its own */
	WAY_MIGRATION,	/* the runner migrates the machine to another QEMU */
	WAYS,
};

extern const char *const way_names[WAYS];

/* The first offered way from way on; WAYS: none is left. */
enum way way_offered(enum way way);
/* Ends the case as skipped if there is none at all. */
void begin(void);
#define EACH_WAY(way) for (enum way way = way_offered(0); way < WAYS; way = way_offered(way + 1))

/* What follows runs on a restored machine. */
void restore(enum way way);

/* For WAY_VCPU and WAY_VM: an OUT of the request's address to HOSTOP_PORT is the restore. */
extern struct hostop_request restore_request;
void prepare_restore(enum way way);
void check_restore(enum way way);

#endif
