/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Saving and restoring while the guest looks on: one vCPU, which is a freshly reset one in between,
 * or the whole VM, which is destroyed, and made anew from what was saved: a migration within one
 * process.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "console.h"
#include "operations.h"
#include "state_x86_64.h"

#define APIC_ID		0x20		/* in struct kvm_lapic_state, as in the APIC's page */

/* The state of a vCPU that has never run, from a VM that is made for that; NULL with errno. */
static const struct vcpu_state *reset_state(const struct machine *m)
{
	static struct vcpu_state *state;
	struct options options = *m->options;
	struct machine scratch;
	struct vcpu vcpu;
	const char *part;

	if (state)
		return state;
	options.dirty_ring = 0;
	scratch = (struct machine){
		.options = &options,
		.kvm_fd = m->kvm_fd,
		.vm_fd = -1,
		.run_size = m->run_size,
		.vcpus = &vcpu,
		.n_vcpus = 1,
	};
	vcpu = (struct vcpu){ .machine = &scratch };
	kvm_create_vm(&scratch);
	state = calloc(1, sizeof(*state));
	if (state && vcpu_state_save(&vcpu, state, &part) != 0) {
		free(state);
		state = NULL;
	}
	kvm_destroy_vm(&scratch);
	free(scratch.idle_run);
	return state;
}

struct restore_call {
	struct vcpu_state *saved, *reset;
	const char *part;
	int result;
};

static void restore_vcpu(struct vcpu *vcpu, struct restore_call *call)
{
	kvm_settle(vcpu);
	call->result = vcpu_state_save(vcpu, call->saved, &call->part);
	if (call->result)
		return;
	/*
	 * In x2APIC mode the ID is the whole word, in xAPIC mode its highest byte: the reset state
	 * is in the latter.
	 */
	call->reset->lapic.regs[APIC_ID + 3] = (char)vcpu->index;
	vcpu_state_restore(vcpu, call->reset, false, &call->part);
	call->result = vcpu_state_restore(
		vcpu, call->saved, broken(vcpu->machine, BREAK_VCPU_STATE_LOST), &call->part);
	if (call->result)
		machine_end(vcpu->machine, vcpu, END_BROKEN, 0, "%s cannot be restored: %s",
			    call->part, strerror(-call->result));
}

static int vcpu_restore(const struct op_call *c)
{
	struct vcpu *target = op_cpu(c, c->args[0]);
	const struct vcpu_state *reset;
	struct restore_call call = { .result = -ENOMEM };

	if (!target)
		return HOSTOP_EARG;
	reset = reset_state(c->machine);
	call.saved = calloc(1, sizeof(*call.saved));
	call.reset = malloc(sizeof(*call.reset));
	if (reset && call.saved && call.reset) {
		*call.reset = *reset;
		/* Nobody may send it anything between the two: it would be lost. */
		if (machine_park(c->machine, c->vcpu))
			restore_vcpu(target, &call);
		else
			call.result = HOSTOP_EBUSY;
		machine_unpark(c->machine, c->vcpu);
		c->rets[0] = sizeof(*call.saved);
	}
	free(call.saved);
	free(call.reset);
	return call.result;
}

/* ---- the whole VM ---- */

struct machine_state {
	struct vm_state vm;
	struct vcpu_state vcpus[];
};

static int save(struct machine *m, struct machine_state *s, const char **part)
{
	int result = 0;

	for (unsigned int i = 0; i < m->n_vcpus && !result; i++) {
		kvm_settle(&m->vcpus[i]);
		result = vcpu_state_save(&m->vcpus[i], &s->vcpus[i], part);
	}
	return result ? result : vm_state_save(m, &s->vm, part);
}

static int restore(struct machine *m, const struct machine_state *s, const char **part)
{
	int result = vm_state_restore(m, &s->vm, broken(m, BREAK_VM_STATE_LOST), part);

	for (unsigned int i = 0; i < m->n_vcpus && !result; i++)
		result = vcpu_state_restore(&m->vcpus[i], &s->vcpus[i], false, part);
	return result;
}

/* What was attached to the old VM, from operations so far, to the new one. */
static int reattach(struct machine *m)
{
	int result = operation_reattach_caps(m);

	result = result ? result : operation_reattach_msr(m);
	result = result ? result : operation_reattach_irq(m);
	return result ? result : operation_reattach_io(m);
}

static int migrate(struct machine *m, struct machine_state *s)
{
	const char *part = "";
	int result = save(m, s, &part);

	if (result)
		return result;
	/* Nobody looks into the ring of the old VM any more. */
	console_lock(m);
	kvm_destroy_vm(m);
	kvm_create_vm(m);
	console_unlock();
	part = "what operations attached";
	result = reattach(m);
	if (!result)
		result = restore(m, s, &part);
	if (result)
		machine_end(m, m->operating, END_BROKEN, 0, "migration: %s: %s", part,
			    strerror(-result));
	return result;
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int vm_migrate(const struct op_call *c)
{
	struct machine *m = c->machine;
	uint64_t start = now_ns();
	struct machine_state *s = calloc(1, sizeof(*s) + m->n_vcpus * sizeof(s->vcpus[0]));
	int result = HOSTOP_EBUSY;

	if (!s)
		return -ENOMEM;
	if (machine_park(m, c->vcpu))
		result = migrate(m, s);
	machine_unpark(m, c->vcpu);
	free(s);
	c->rets[0] = now_ns() - start;
	return result;
}

const struct op_row state_ops[] = {
	{ HOSTOP_VCPU_RESTORE, "VCPU_RESTORE", 1, DATA_NONE, 0, 0, vcpu_restore, KVM_CAP_SREGS2 },
	{ HOSTOP_VM_MIGRATE, "VM_MIGRATE", 0, DATA_NONE, 0, 0, vm_migrate, KVM_CAP_SREGS2 },
	{ .name = NULL },
};
