/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KVM internal errors that a guest asked to survive: Linux api.rst, KVM_EXIT_INTERNAL_ERROR and
 * KVM_CAP_EXIT_ON_EMULATION_FAILURE.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include "operations.h"

#define UD_VECTOR	6

static struct surviving {
	uint64_t action, n;
	struct hostop_error last;
} *states;

static struct surviving *of(const struct vcpu *vcpu)
{
	if (!states)
		states = calloc(vcpu->machine->n_vcpus, sizeof(*states));
	return states ? &states[vcpu->index] : NULL;
}

static void note(struct vcpu *vcpu, struct hostop_error *e, uint64_t rip)
{
	const struct kvm_run *run = vcpu->run;

	*e = (struct hostop_error){ .suberror = run->internal.suberror,
				     .ndata = run->internal.ndata,
				     .rip = rip };
	if (run->internal.suberror != KVM_INTERNAL_ERROR_EMULATION || !run->internal.ndata)
		return;
	e->flags = run->emulation_failure.flags;
	if (e->flags & KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES &&
	    run->internal.ndata >= 3) {
		e->insn_size = run->emulation_failure.insn_size;
		memcpy(e->insn, run->emulation_failure.insn_bytes, sizeof(e->insn));
	}
	if (broken(vcpu->machine, BREAK_ERROR_BYTES_WRONG))
		e->insn[0] ^= 0xff;
}

static bool inject_ud(const struct vcpu *vcpu)
{
	struct kvm_vcpu_events events;

	if (ioctl(vcpu->fd, KVM_GET_VCPU_EVENTS, &events) != 0)
		return false;
	events.exception.injected = 1;
	events.exception.nr = UD_VECTOR;
	events.exception.has_error_code = 0;
	return ioctl(vcpu->fd, KVM_SET_VCPU_EVENTS, &events) == 0;
}

bool operation_takes_error(struct vcpu *vcpu)
{
	struct surviving *s = states ? of(vcpu) : NULL;
	struct kvm_regs regs;

	if (!s || s->action == HOSTOP_ON_ERROR_END || ioctl(vcpu->fd, KVM_GET_REGS, &regs) != 0)
		return false;
	note(vcpu, &s->last, regs.rip);
	if (s->action == HOSTOP_ON_ERROR_UD)
		return inject_ud(vcpu);
	regs.rip += s->n;
	return ioctl(vcpu->fd, KVM_SET_REGS, &regs) == 0;
}

static int on_error(const struct op_call *c)
{
	struct surviving *s = of(c->vcpu);

	if (!s)
		return HOSTOP_EUNAVAILABLE;
	if (c->args[0] > HOSTOP_ON_ERROR_UD || c->args[1] > 15 ||
	    (c->args[0] == HOSTOP_ON_ERROR_SKIP && !c->args[1]))
		return HOSTOP_EARG;
	*s = (struct surviving){ .action = c->args[0], .n = c->args[1] };
	return 0;
}

static int last_error(const struct op_call *c)
{
	struct vcpu *target = op_cpu(c, c->args[0]);
	struct surviving *s = target ? of(target) : NULL;

	return s ? op_write(c, &s->last, sizeof(s->last)) : HOSTOP_EARG;
}

const struct op_row error_ops[] = {
	{ HOSTOP_ON_ERROR, "ON_ERROR", 2, DATA_NONE, 0, 0, on_error, 0 },
	{ HOSTOP_LAST_ERROR, "LAST_ERROR", 1, DATA_OUT, sizeof(struct hostop_error),
	  sizeof(struct hostop_error), last_error, 0 },
	{ .name = NULL },
};
