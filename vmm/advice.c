/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What to do about a host that refuses, by call and errno: Linux Documentation/virt/kvm/api.rst,
 * and what kvm_dev_open(), hardware_enable_all() and the like return.
 */
#include <errno.h>
#include <linux/kvm.h>
#include <stddef.h>
#include <string.h>
#include "advice.h"

#define NOTHING_BEHIND \
	"; the node is there, but nothing behind it: load the module (modprobe kvm_intel or " \
	"kvm_amd); dmesg says if virtualization is off in the firmware"

/* The first row that fits; no call: any. */
static const struct {
	const char *call;
	int error;
	const char *text;
} rows[] = {
	{ "open", EACCES, "; join the group that owns it (often kvm), and log in again" },
	{ "open", EPERM,
	  "; the rules of a container or a service keep it away: give it the device (docker run "
	  "--device /dev/kvm, systemd DeviceAllow=/dev/kvm rw)" },
	{ "open", ENOENT,
	  "; this kernel has no KVM, or its module is not loaded (modprobe kvm_intel or kvm_amd), "
	  "or virtualization is off in the firmware" },
	{ "open", ENODEV, NOTHING_BEHIND },
	{ "open", ENXIO, NOTHING_BEHIND },
	{ "KVM_CREATE_VM", EBUSY,
	  "; another hypervisor holds the processor's VMX or SVM: stop it (VirtualBox, VMware), "
	  "or unload its module" },
	{ "KVM_CREATE_VM", EIO,
	  "; a CPU of the host does not switch VMX or SVM on: see the firmware's set-up, and dmesg" },
	{ NULL, EPERM, "; a security module or a seccomp filter around this process forbids it" },
	{ NULL, ENOMEM,
	  "; the host, or the control group this runs in, has no memory left: stop something, "
	  "raise memory.max, or ask for less with --memory and --smp" },
	{ NULL, EMFILE, "; raise the limit of open files (ulimit -n): each CPU takes three" },
	{ NULL, ENFILE, "; the host has too many open files: raise it (sysctl fs.file-max)" },
	{ "KVM_RUN", EFAULT,
	  "; the host gives no page where the guest went: no memory or huge page left, or a slot's "
	  "memory is gone" },
	{ "KVM_RUN", EINVAL, "; KVM does not take the vCPU's state, see its registers" },
};

const char *advice(const char *call, int error)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].error == error && (!rows[i].call || strcmp(rows[i].call, call) == 0))
			return rows[i].text;
	return "; dmesg may say why";
}

const char *advice_internal_error(unsigned int suberror)
{
	switch (suberror) {
	case KVM_INTERNAL_ERROR_EMULATION:
		return " (emulation failure); KVM must emulate the instruction whose bytes are "
		       "shown, and cannot: hardware virtualization may run it";
	case KVM_INTERNAL_ERROR_SIMUL_EX:
		return " (two exceptions at once); see the guest's IDT and stack";
	case KVM_INTERNAL_ERROR_DELIVERY_EV:
		return " (a fault while an event was delivered); is the IDT or the stack in "
		       "device memory?";
	case KVM_INTERNAL_ERROR_UNEXPECTED_EXIT_REASON:
		return " (an exit that KVM does not know); the host's KVM is older than its "
		       "processor, or has a bug: dmesg says more";
	}
	return " (not known here); Linux include/uapi/linux/kvm.h may say what it is, and dmesg "
	       "more";
}
