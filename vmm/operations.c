/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Host operations: from the doorbell to the function of a row. Everything in a request is checked
 * here or there.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include "device.h"
#include "operations.h"

static const struct op_row *const families[] = {
	protocol_ops, msr_ops,	 stat_ops, sched_ops, irq_ops,	 slot_ops,
	dirty_ops,    state_ops, io_ops,   time_ops,  error_ops,
};

const struct op_row *operation_find(uint32_t op)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		for (const struct op_row *row = families[i]; row->name; row++)
			if (row->op == op)
				return row;
	return NULL;
}

bool operation_by_name(const char *name, uint32_t *op)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		for (const struct op_row *row = families[i]; row->name; row++)
			if (strcmp(row->name, name) == 0) {
				*op = row->op;
				return true;
			}
	return false;
}

void operation_each(void (*say)(const char *name))
{
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		for (const struct op_row *row = families[i]; row->name; row++)
			say(row->name);
}

bool operation_available(const struct machine *m, const struct op_row *row)
{
	return !row->capability || kvm_has(m, row->capability);
}

/* ---- for the families ---- */

struct vcpu *op_cpu(const struct op_call *c, uint64_t arg)
{
	if (arg == HOSTOP_SELF)
		return c->vcpu;
	return arg < c->machine->n_vcpus ? &c->machine->vcpus[arg] : NULL;
}

int op_read(const struct op_call *c, void *to, uint64_t len)
{
	return memory_read(&c->machine->memory, c->data, to, len) ? 0 : HOSTOP_EADDRESS;
}

int op_write(const struct op_call *c, const void *from, uint64_t len)
{
	return memory_write(&c->machine->memory, c->data, from, len) ? 0 : HOSTOP_EADDRESS;
}

int op_result(long result)
{
	return result < 0 ? -errno : 0;
}

struct ioctl_call {
	unsigned long request;
	void *arg;
	long result;
};

static void do_ioctl(struct vcpu *vcpu, void *arg)
{
	struct ioctl_call *call = arg;

	kvm_settle(vcpu);
	call->result = ioctl(vcpu->fd, call->request, call->arg);
	if (call->result < 0)
		call->result = -errno;
}

long op_ioctl(const struct op_call *c, struct vcpu *target, unsigned long request, void *arg)
{
	struct ioctl_call call = { request, arg, 0 };

	vcpu_call(c->vcpu, target, do_ioctl, &call);
	return call.result;
}

/* ---- requests ---- */

static int check(const struct machine *m, const struct hostop_request *r, const struct op_row *row)
{
	if (!row)
		return HOSTOP_EOP;
	for (unsigned int i = row->n_args; i < HOSTOP_ARGS; i++)
		if (r->args[i])
			return HOSTOP_EARG;
	if (row->data == DATA_NONE)
		return r->data || r->data_size ? HOSTOP_ESIZE : 0;
	if (r->data_size < row->min || r->data_size > row->max)
		return HOSTOP_ESIZE;
	return memory_has(&m->memory, gpa(r->data), r->data_size) ? 0 : HOSTOP_EADDRESS;
}

static int run(struct vcpu *vcpu, struct hostop_request *r)
{
	const struct machine *m = vcpu->machine;
	const struct op_row *row = operation_find(r->op);
	struct op_call call = {
		.machine = vcpu->machine,
		.vcpu = vcpu,
		.args = r->args,
		.rets = r->rets,
		.data = gpa(r->data),
		.data_size = r->data_size,
	};
	int result;

	memset(r->rets, 0, sizeof(r->rets));
	if (r->magic != HOSTOP_MAGIC || r->size != sizeof(*r))
		return HOSTOP_EREQUEST;
	if (r->version != HOSTOP_VERSION && !broken(m, BREAK_VERSION_UNCHECKED))
		return HOSTOP_EVERSION;
	result = check(m, r, row);
	if (result)
		return result;
	if (!operation_available(m, row))
		return HOSTOP_EUNAVAILABLE;
	return broken(m, BREAK_LOST) && m->options->lost == row->op ? 0 : row->run(&call);
}

/*
 * Only the answer's fields are written back: what the guest changed of the others meanwhile is its
 * own.
 */
static void answer(struct machine *m, uint64_t at, const struct hostop_request *r)
{
	memory_write(&m->memory, gpa(at + offsetof(struct hostop_request, result)), &r->result,
		     sizeof(r->result));
	memory_write(&m->memory, gpa(at + offsetof(struct hostop_request, rets)), r->rets,
		     sizeof(r->rets));
}

void operation_run(struct vcpu *vcpu, gpa_t request)
{
	struct hostop_request r;

	if (request.address % 4 || !memory_read(&vcpu->machine->memory, request, &r, sizeof(r)))
		return;
	if (vcpu->in_operation) {
		memset(r.rets, 0, sizeof(r.rets));
		r.result = HOSTOP_EBUSY;
		answer(vcpu->machine, request.address, &r);
		return;
	}
	operation_begin(vcpu);
	/* While it waited for its turn the memory may have changed. */
	if (memory_read(&vcpu->machine->memory, request, &r, sizeof(r))) {
		r.result = run(vcpu, &r);
		answer(vcpu->machine, request.address, &r);
	}
	operation_end(vcpu);
}

/* ---- the doorbell ---- */

void hostop_out(struct vcpu *vcpu, uint16_t offset, unsigned int size, const uint8_t *data,
		uint32_t n)
{
	uint32_t addresses[GUEST_PAGE / sizeof(uint32_t)];

	if (offset || size != sizeof(addresses[0]) || n > GUEST_PAGE / sizeof(addresses[0]))
		return;
	/* A copy: an operation may replace what data is part of. */
	memcpy(addresses, data, n * sizeof(addresses[0]));
	for (uint32_t i = 0; i < n; i++)
		operation_run(vcpu, gpa(addresses[i]));
}

void hostop_in(struct vcpu *vcpu, uint16_t offset, unsigned int size, uint8_t *data, uint32_t n)
{
	const uint32_t magic = HOSTOP_MAGIC;

	(void)vcpu;
	if (offset || size != sizeof(magic))
		return;
	for (uint32_t i = 0; i < n; i++)
		memcpy(data + i * sizeof(magic), &magic, sizeof(magic));
}

/* ---- the protocol's own ---- */

/* What a guest that has taken the VMM over would try: the sandbox must not let it. */
static void misbehave(struct machine *m)
{
	bool could = false;

	if (broken(m, BREAK_FORBIDDEN_OPEN))
		could = open("/etc/passwd", O_RDONLY) >= 0;
	if (broken(m, BREAK_FORBIDDEN_EXEC))
		could = mmap(NULL, GUEST_PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
			     -1, 0) != MAP_FAILED;
	if (broken(m, BREAK_FORBIDDEN_KILL))
		could = kill(getppid(), 0) == 0;
	if (broken(m, BREAK_FORBIDDEN_FORK) && fork() == 0)
		_exit(0);
	if (could)
		machine_end(m, NULL, END_BROKEN, 0, "what is forbidden was done");
}

static int echo(const struct op_call *c)
{
	misbehave(c->machine);
	memcpy(c->rets, c->args, HOSTOP_RETS * sizeof(*c->rets));
	return 0;
}

static int query(const struct op_call *c)
{
	const struct op_row *row = c->args[0] < HOSTOP_COUNT ? operation_find((uint32_t)c->args[0])
							     : NULL;

	c->rets[0] = row && operation_available(c->machine, row);
	c->rets[1] = HOSTOP_VERSION;
	return 0;
}

static int cap_check(const struct op_call *c)
{
	int value;

	if (c->args[0] > INT32_MAX)
		return HOSTOP_EARG;
	value = ioctl(c->machine->vm_fd, KVM_CHECK_EXTENSION, (unsigned long)c->args[0]);
	if (value >= 0)
		c->rets[0] = (uint64_t)value;
	return op_result(value);
}

/* What a guest may enable while it runs; others would change what the VMM itself stands on. */
static const struct {
	unsigned int capability;
	bool vcpu;
} enablable[] = {
	{ KVM_CAP_DISABLE_QUIRKS, false },
	{ KVM_CAP_DISABLE_QUIRKS2, false },
	{ KVM_CAP_EXIT_ON_EMULATION_FAILURE, false },
	{ KVM_CAP_ENFORCE_PV_FEATURE_CPUID, true },
	{ KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2, false },
	{ KVM_CAP_X86_BUS_LOCK_EXIT, false },
	{ KVM_CAP_X86_TRIPLE_FAULT_EVENT, false },
	{ KVM_CAP_EXCEPTION_PAYLOAD, false },
	{ KVM_CAP_MSR_PLATFORM_INFO, false },
	{ KVM_CAP_HALT_POLL, false },
};

/* What was enabled for the VM, in that order, for a VM that replaces it. */
static struct kvm_enable_cap enabled[32];
static unsigned int n_enabled;

static int enable_for_vm(const struct machine *m, const struct kvm_enable_cap *cap)
{
	struct kvm_enable_cap copy = *cap;
	int result = op_result(ioctl(m->vm_fd, KVM_ENABLE_CAP, &copy));

	if (!result && n_enabled < sizeof(enabled) / sizeof(enabled[0]))
		enabled[n_enabled++] = *cap;
	return result;
}

/* There is one such capability: a second call replaces the first. */
static int enable_for_vcpu(const struct op_call *c, struct kvm_enable_cap *cap)
{
	int result;

	c->vcpu->enabled = *cap;
	result = (int)op_ioctl(c, c->vcpu, KVM_ENABLE_CAP, cap);
	if (result < 0)
		c->vcpu->enabled.cap = 0;
	return result;
}

int operation_reattach_caps(const struct machine *m)
{
	int result = 0;

	for (unsigned int i = 0; i < n_enabled && !result; i++)
		result = op_result(ioctl(m->vm_fd, KVM_ENABLE_CAP, &enabled[i]));
	for (unsigned int i = 0; i < m->n_vcpus && !result; i++)
		if (m->vcpus[i].enabled.cap)
			result = op_result(
				ioctl(m->vcpus[i].fd, KVM_ENABLE_CAP, &m->vcpus[i].enabled));
	return result;
}

static int cap_enable(const struct op_call *c)
{
	struct kvm_enable_cap cap = { .cap = (uint32_t)c->args[0] };

	memcpy(cap.args, c->args + 1, 4 * sizeof(cap.args[0]));
	for (size_t i = 0; i < sizeof(enablable) / sizeof(enablable[0]); i++) {
		if (enablable[i].capability != c->args[0])
			continue;
		if (broken(c->machine, BREAK_CAP_IGNORED))
			return 0;
		if (enablable[i].vcpu)
			return enable_for_vcpu(c, &cap);
		if (n_enabled == sizeof(enabled) / sizeof(enabled[0]))
			return HOSTOP_EFULL;
		return enable_for_vm(c->machine, &cap);
	}
	return HOSTOP_EARG;
}

const struct op_row protocol_ops[] = {
	{ HOSTOP_ECHO, "ECHO", 8, DATA_NONE, 0, 0, echo, 0 },
	{ HOSTOP_QUERY, "QUERY", 1, DATA_NONE, 0, 0, query, 0 },
	{ HOSTOP_CAP_CHECK, "CAP_CHECK", 1, DATA_NONE, 0, 0, cap_check, 0 },
	{ HOSTOP_CAP_ENABLE, "CAP_ENABLE", 5, DATA_NONE, 0, 0, cap_enable, KVM_CAP_ENABLE_CAP_VM },
	{ .name = NULL },
};
