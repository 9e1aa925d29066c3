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
#define APIC_BASE_BSP	(1ull << 8)	/* of IA32_APIC_BASE: SDM volume 3, section 11.4.4 */

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

/* For an operation: a vCPU's state as it was found, and the one after reset, to be changed. */
struct states {
	struct vcpu_state *saved, *reset;
	const char *part;
};

/* In xAPIC mode, in which a reset CPU is, the ID is the word's highest byte. */
static int restore_vcpu(struct vcpu *vcpu, struct states *s)
{
	int result;

	kvm_settle(vcpu);
	result = vcpu_state_save(vcpu, s->saved, &s->part);
	if (result)
		return result;
	s->reset->lapic.regs[APIC_ID + 3] = (char)vcpu->index;
	vcpu_state_restore(vcpu, s->reset, false, &s->part);
	result = vcpu_state_restore(vcpu, s->saved, broken(vcpu->machine, BREAK_VCPU_STATE_LOST),
				    &s->part);
	if (result)
		machine_end(vcpu->machine, vcpu, END_BROKEN, 0, "%s cannot be restored: %s",
			    s->part, strerror(-result));
	return result;
}

/* The state after reset, but for the time, which went on; waits for INIT and SIPI. */
static int replug_vcpu(struct vcpu *vcpu, struct states *s)
{
	struct vcpu_state *plugged = s->reset;
	int result;

	if (!vcpu->machine->spare)
		return HOSTOP_EUNAVAILABLE;
	if (vcpu->in_operation || !operation_unpin(vcpu))
		return HOSTOP_EBUSY;
	kvm_settle(vcpu);
	result = vcpu_state_save(vcpu, s->saved, &s->part);
	if (result)
		return result;
	plugged->lapic.regs[APIC_ID + 3] = (char)vcpu->index;
	plugged->sregs.apic_base &= ~APIC_BASE_BSP;
	plugged->mp.mp_state = KVM_MP_STATE_UNINITIALIZED;
	plugged->tsc_offset = s->saved->tsc_offset;
	plugged->has_tsc_offset = s->saved->has_tsc_offset;
	result = vcpu_state_restore(vcpu, plugged, false, &s->part);
	if (result)
		machine_end(vcpu->machine, vcpu, END_BROKEN, 0, "%s cannot be reset: %s", s->part,
			    strerror(-result));
	vcpu_change_thread(vcpu);
	operation_unpin(vcpu);		/* the new thread may have run a CPU that was pinned */
	return result;
}

/* Nobody may send the vCPU anything meanwhile: it would be lost. */
static int change_vcpu(const struct op_call *c, struct vcpu *vcpu,
		       int (*change)(struct vcpu *vcpu, struct states *s))
{
	const struct vcpu_state *reset = reset_state(c->machine);
	struct states s = {
		.saved = calloc(1, sizeof(*s.saved)), .reset = malloc(sizeof(*s.reset)), .part = ""
	};
	int result = -ENOMEM;

	if (reset && s.saved && s.reset) {
		*s.reset = *reset;
		result = machine_park(c->machine, c->vcpu) ? change(vcpu, &s) : HOSTOP_EBUSY;
		machine_unpark(c->machine, c->vcpu);
	}
	free(s.saved);
	free(s.reset);
	return result;
}

static int vcpu_restore(const struct op_call *c)
{
	struct vcpu *target = op_cpu(c, c->args[0]);

	if (!target)
		return HOSTOP_EARG;
	c->rets[0] = sizeof(struct vcpu_state);
	return change_vcpu(c, target, restore_vcpu);
}

/*
 * KVM cannot delete a vCPU. VMMs that take a CPU out end its thread, and keep what KVM made for the
 * one that is put in at its place, with another thread.
 */
static int vcpu_replug(const struct op_call *c)
{
	struct vcpu *target = op_cpu(c, c->args[0]);

	if (!target || target == c->vcpu || !target->index)
		return HOSTOP_EARG;
	return change_vcpu(c, target, replug_vcpu);
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
	{ HOSTOP_VCPU_REPLUG, "VCPU_REPLUG", 1, DATA_NONE, 0, 0, vcpu_replug, KVM_CAP_SREGS2 },
	{ HOSTOP_VM_MIGRATE, "VM_MIGRATE", 0, DATA_NONE, 0, 0, vm_migrate, KVM_CAP_SREGS2 },
	{ .name = NULL },
};
