/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clocks: kvmclock, the TSC's frequency and offset, the host's own time (Linux api.rst,
 * KVM_KVMCLOCK_CTRL to KVM_SET_CLOCK; devices/vcpu.rst).
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include "operations.h"

static int clock_ctrl(const struct op_call *c)
{
	struct vcpu *target = op_cpu(c, c->args[0]);

	if (!target)
		return HOSTOP_EARG;
	return broken(c->machine, BREAK_CLOCK_CTRL_LOST)
		       ? 0
		       : (int)op_ioctl(c, target, KVM_KVMCLOCK_CTRL, NULL);
}

static int get_khz(const struct op_call *c)
{
	struct vcpu *target = op_cpu(c, c->args[0]);
	long khz;

	if (!target)
		return HOSTOP_EARG;
	khz = op_ioctl(c, target, KVM_GET_TSC_KHZ, NULL);
	if (khz > 0)
		c->rets[0] = (uint64_t)khz;
	return khz < 0 ? (int)khz : 0;
}

static int set_khz(const struct op_call *c)
{
	struct vcpu *target = op_cpu(c, c->args[0]);

	if (!target || c->args[1] > UINT32_MAX)
		return HOSTOP_EARG;
	if (broken(c->machine, BREAK_ATTR_IGNORED))
		return 0;
	return (int)op_ioctl(c, target, KVM_SET_TSC_KHZ, (void *)(uintptr_t)c->args[1]);
}

/* Only attributes of 8 bytes: KVM_VCPU_TSC_CTRL's. */
static int attribute(const struct op_call *c, unsigned long request, uint64_t *value)
{
	struct kvm_device_attr attr = {
		.group = (uint32_t)c->args[1], .attr = c->args[2], .addr = (uintptr_t)value
	};
	struct vcpu *target = op_cpu(c, c->args[0]);

	if (!target || c->args[1] != KVM_VCPU_TSC_CTRL)
		return HOSTOP_EARG;
	return (int)op_ioctl(c, target, request, &attr);
}

static int get_attribute(const struct op_call *c)
{
	return attribute(c, KVM_GET_DEVICE_ATTR, &c->rets[0]);
}

static int set_attribute(const struct op_call *c)
{
	uint64_t value = c->args[3];

	return broken(c->machine, BREAK_ATTR_IGNORED) ? 0
						      : attribute(c, KVM_SET_DEVICE_ATTR, &value);
}

static int get_clock(const struct op_call *c)
{
	struct kvm_clock_data clock = { 0 };
	int result = op_result(ioctl(c->machine->vm_fd, KVM_GET_CLOCK, &clock));

	c->rets[0] = clock.clock;
	c->rets[1] = clock.flags;
	c->rets[2] = clock.realtime;
	c->rets[3] = clock.host_tsc;
	return result;
}

static int set_clock(const struct op_call *c)
{
	struct kvm_clock_data clock = { .clock = c->args[0] };

	return op_result(ioctl(c->machine->vm_fd, KVM_SET_CLOCK, &clock));
}

static uint64_t ns_of(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int host_time(const struct op_call *c)
{
	c->rets[0] = ns_of(CLOCK_MONOTONIC_RAW);
	c->rets[1] = ns_of(CLOCK_MONOTONIC);
	c->rets[2] = ns_of(CLOCK_REALTIME);
	return 0;
}

const struct op_row time_ops[] = {
	{ HOSTOP_CLOCK_CTRL, "CLOCK_CTRL", 1, DATA_NONE, 0, 0, clock_ctrl, KVM_CAP_KVMCLOCK_CTRL },
	{ HOSTOP_TSC_KHZ, "TSC_KHZ", 1, DATA_NONE, 0, 0, get_khz, KVM_CAP_GET_TSC_KHZ },
	{ HOSTOP_TSC_KHZ_SET, "TSC_KHZ_SET", 2, DATA_NONE, 0, 0, set_khz, KVM_CAP_TSC_CONTROL },
	{ HOSTOP_VCPU_ATTR, "VCPU_ATTR", 3, DATA_NONE, 0, 0, get_attribute,
	  KVM_CAP_VCPU_ATTRIBUTES },
	{ HOSTOP_VCPU_ATTR_SET, "VCPU_ATTR_SET", 4, DATA_NONE, 0, 0, set_attribute,
	  KVM_CAP_VCPU_ATTRIBUTES },
	{ HOSTOP_CLOCK, "CLOCK", 0, DATA_NONE, 0, 0, get_clock, KVM_CAP_ADJUST_CLOCK },
	{ HOSTOP_CLOCK_SET, "CLOCK_SET", 1, DATA_NONE, 0, 0, set_clock, KVM_CAP_ADJUST_CLOCK },
	{ HOSTOP_HOST_TIME, "HOST_TIME", 0, DATA_NONE, 0, 0, host_time, 0 },
	{ .name = NULL },
};
