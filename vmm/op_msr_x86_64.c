/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MSR filters, MSR exits to user space and their answers, and the host's own access to MSRs: Linux
 * api.rst, KVM_X86_SET_MSR_FILTER, KVM_CAP_X86_USER_SPACE_MSR. Error codes of the filter's
 * interface are KVM's, not ours: what a guest asks for is handed on as it is.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>
#include "operations.h"

#define ANSWERS		64
#define LOG_ENTRIES	1024
#define MSR_STEAL_TIME	0x4b564d03	/* Linux Documentation/virt/kvm/x86/msr.rst */

static struct {
	pthread_mutex_t lock;
	struct answer {
		uint32_t index;
		uint64_t kind, value;
	} answers[ANSWERS];
	unsigned int n_answers;
	struct hostop_msr_exit log[LOG_ENTRIES];
	struct hostop_msr_filter filter;	/* the last one that KVM took */
	bool has_filter;
	uint64_t exits;			/* what MSR_EXITS asked for */
	/* since the last MSR_LOG; those beyond the table are only counted */
	uint64_t n_log;
} state = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* ---- the filter ---- */

static uint8_t *bitmap_of(uint8_t *bits, uint32_t bitmap)
{
	if (bitmap == HOSTOP_BITMAP_NULL)
		return NULL;
	if (bitmap == HOSTOP_BITMAP_BAD)
		/* the kernel's half: never the process' */
		return (uint8_t *)(uintptr_t)-GUEST_PAGE;
	return bits + bitmap;
}

static int give_filter(const struct machine *m, const struct hostop_msr_filter *wanted)
{
	/* KVM reads at most HOSTOP_MSR_BITS from any offset that is allowed. */
	uint8_t bits[2 * HOSTOP_MSR_BITS] = { 0 };
	struct kvm_msr_filter filter = { 0 };

	memcpy(bits, wanted->bits, sizeof(wanted->bits));
	filter.flags = wanted->flags;
	for (int i = 0; i < HOSTOP_MSR_RANGES; i++)
		filter.ranges[i] = (struct kvm_msr_filter_range){
			.flags = wanted->ranges[i].flags,
			.nmsrs = wanted->ranges[i].nmsrs,
			.base = wanted->ranges[i].base,
			.bitmap = bitmap_of(bits, wanted->ranges[i].bitmap),
		};
	if (broken(m, BREAK_STEAL_FROZEN))
		filter.ranges[HOSTOP_MSR_RANGES - 1] = (struct kvm_msr_filter_range){
			.flags = KVM_MSR_FILTER_READ | KVM_MSR_FILTER_WRITE,
			.nmsrs = 1,
			.base = MSR_STEAL_TIME,
			.bitmap = bits + HOSTOP_MSR_BITS,
		};
	return op_result(ioctl(m->vm_fd, KVM_X86_SET_MSR_FILTER, &filter));
}

static int set_filter(const struct op_call *c)
{
	struct hostop_msr_filter wanted;
	int result = op_read(c, &wanted, sizeof(wanted));

	if (result)
		return result;
	for (int i = 0; i < HOSTOP_MSR_RANGES; i++)
		if (wanted.ranges[i].bitmap >= HOSTOP_MSR_BITS &&
		    wanted.ranges[i].bitmap < HOSTOP_BITMAP_NULL)
			return HOSTOP_EARG;
	if (wanted.reserved)
		return HOSTOP_EARG;
	if (broken(c->machine, BREAK_MSR_FILTER_IGNORED))
		return 0;
	result = give_filter(c->machine, &wanted);
	if (!result) {
		state.filter = wanted;
		state.has_filter = true;
	}
	return result;
}

/* ---- exits ---- */

static int give_exits(const struct machine *m, uint64_t mask)
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_X86_USER_SPACE_MSR, .args = { mask } };

	if (broken(m, BREAK_STEAL_FROZEN))
		cap.args[0] |= KVM_MSR_EXIT_REASON_FILTER;
	return op_result(ioctl(m->vm_fd, KVM_ENABLE_CAP, &cap));
}

static int set_exits(const struct op_call *c)
{
	int result = give_exits(c->machine, c->args[0]);

	if (!result)
		state.exits = c->args[0];
	return result;
}

int operation_reattach_msr(const struct machine *m)
{
	int result = state.exits ? give_exits(m, state.exits) : 0;

	return result || !state.has_filter ? result : give_filter(m, &state.filter);
}

/* The lock is held. */
static struct answer *find_answer(uint32_t index)
{
	for (unsigned int i = 0; i < state.n_answers; i++)
		if (state.answers[i].index == index)
			return &state.answers[i];
	return NULL;
}

static int set_answer(const struct op_call *c)
{
	struct answer *a;
	int result = 0;

	if (c->args[0] > UINT32_MAX || c->args[1] > HOSTOP_ANSWER_VALUE)
		return HOSTOP_EARG;
	pthread_mutex_lock(&state.lock);
	a = find_answer((uint32_t)c->args[0]);
	if (!a && state.n_answers < ANSWERS)
		a = &state.answers[state.n_answers++];
	if (a)
		*a = (struct answer){ (uint32_t)c->args[0], c->args[1], c->args[2] };
	else
		result = HOSTOP_EFULL;
	/* A row that says nothing makes room. */
	if (a && a->kind == HOSTOP_ANSWER_NONE)
		*a = state.answers[--state.n_answers];
	pthread_mutex_unlock(&state.lock);
	return result;
}

static int read_log(const struct op_call *c)
{
	uint64_t room = c->data_size / sizeof(state.log[0]), n;
	int result;

	pthread_mutex_lock(&state.lock);
	n = state.n_log < LOG_ENTRIES ? state.n_log : LOG_ENTRIES;
	n = n < room ? n : room;
	result = op_write(c, state.log, n * sizeof(state.log[0]));
	c->rets[0] = state.n_log;
	c->rets[1] = n;
	state.n_log = 0;
	pthread_mutex_unlock(&state.lock);
	return result;
}

static void log_exit(const struct vcpu *vcpu, bool write)
{
	const struct kvm_run *run = vcpu->run;

	if (state.n_log++ >= LOG_ENTRIES)
		return;
	state.log[state.n_log - 1] = (struct hostop_msr_exit){
		.value = run->msr.data,
		.index = run->msr.index,
		.reason = run->msr.reason,
		.cpu = vcpu->index,
		.write = write,
		.fault = run->msr.error,
	};
}

void operation_msr_exit(struct vcpu *vcpu)
{
	struct kvm_run *run = vcpu->run;
	bool write = run->exit_reason == KVM_EXIT_X86_WRMSR;
	struct answer *a;

	pthread_mutex_lock(&state.lock);
	a = find_answer(run->msr.index);
	run->msr.error = !a || a->kind != HOSTOP_ANSWER_VALUE;
	if (!run->msr.error && write)
		a->value = run->msr.data;
	else if (!run->msr.error)
		run->msr.data = broken(vcpu->machine, BREAK_MSR_ANSWER_WRONG) ? ~a->value
									      : a->value;
	log_exit(vcpu, write);
	pthread_mutex_unlock(&state.lock);
}

/*
 * The deliberate fault: MSR_KVM_STEAL_TIME is taken from KVM, and the guest is told that all is
 * well.
 */
void operation_freeze_steal(const struct machine *m)
{
	static const struct hostop_msr_filter none;

	if (!find_answer(MSR_STEAL_TIME))
		state.answers[state.n_answers++] =
			(struct answer){ MSR_STEAL_TIME, HOSTOP_ANSWER_VALUE, 0 };
	if (give_exits(m, 0) != 0 || give_filter(m, &none) != 0)
		die(STATUS_ENVIRONMENT, "--break steal-frozen: this KVM has no MSR filters");
}

/* ---- the host's access ---- */

/* struct kvm_msrs with one entry. */
struct one_msr {
	uint32_t n, pad;
	struct kvm_msr_entry entry;
};

static int access_msr(const struct op_call *c, unsigned long request, uint64_t *value)
{
	struct one_msr msr = { .n = 1 };
	struct vcpu *target = op_cpu(c, c->args[0]);
	long result;

	if (!target || c->args[1] > UINT32_MAX)
		return HOSTOP_EARG;
	msr.entry.index = (uint32_t)c->args[1];
	msr.entry.data = *value;
	result = op_ioctl(c, target, request, &msr);
	if (result < 0)
		return (int)result;
	*value = msr.entry.data;
	c->rets[0] = (uint64_t)result;
	return 0;
}

static int get_msr(const struct op_call *c)
{
	uint64_t value = 0;
	int result = access_msr(c, KVM_GET_MSRS, &value);

	c->rets[1] = value;
	return result;
}

static int set_msr(const struct op_call *c)
{
	uint64_t value = c->args[2];

	c->rets[0] = 1;
	return broken(c->machine, BREAK_MSR_SET_LOST) ? 0 : access_msr(c, KVM_SET_MSRS, &value);
}

const struct op_row msr_ops[] = {
	{ HOSTOP_MSR_FILTER, "MSR_FILTER", 0, DATA_IN, sizeof(struct hostop_msr_filter),
	  sizeof(struct hostop_msr_filter), set_filter, KVM_CAP_X86_MSR_FILTER },
	{ HOSTOP_MSR_EXITS, "MSR_EXITS", 1, DATA_NONE, 0, 0, set_exits,
	  KVM_CAP_X86_USER_SPACE_MSR },
	{ HOSTOP_MSR_ANSWER, "MSR_ANSWER", 3, DATA_NONE, 0, 0, set_answer,
	  KVM_CAP_X86_USER_SPACE_MSR },
	{ HOSTOP_MSR_LOG, "MSR_LOG", 0, DATA_OUT, 0, sizeof(state.log), read_log,
	  KVM_CAP_X86_USER_SPACE_MSR },
	{ HOSTOP_MSR_GET, "MSR_GET", 2, DATA_NONE, 0, 0, get_msr, 0 },
	{ HOSTOP_MSR_SET, "MSR_SET", 3, DATA_NONE, 0, 0, set_msr, 0 },
	{ .name = NULL },
};
