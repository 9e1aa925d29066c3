/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A machine of the small VMM without KVM, for its fuzzers: the linker puts __wrap_ioctl() in place
 * of ioctl(), which says yes to everything in its simplest form, or fails as the fuzzer chooses.
 */
#ifndef FUZZ_VMM_MACHINE_H
#define FUZZ_VMM_MACHINE_H

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../../vmm/operations.h"

#define FUZZ_RAM	(1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int __wrap_ioctl(int fd, unsigned long request, ...);

static struct machine fuzz_machine;
static struct vcpu fuzz_vcpu;
static struct options fuzz_options;
static unsigned int fuzz_failing;	/* this one of the next ioctls fails; 0: none */

/* The VMM never gives up because of what a guest asks. */
void die(int status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, ": die(%d)\n", status);
	abort();
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	(void)fd;
	switch (request) {
	case KVM_CREATE_VM:
	case KVM_CREATE_VCPU:
		return open("/dev/zero", O_RDWR | O_CLOEXEC);
	case KVM_CHECK_EXTENSION:
		return 1;
	case KVM_GET_STATS_FD:
	case KVM_RUN:
		errno = EINTR;
		return -1;
	case KVM_GET_SUPPORTED_CPUID:
	case KVM_SET_CPUID2:
	case KVM_SET_TSS_ADDR:
	case KVM_SET_IDENTITY_MAP_ADDR:
	case KVM_CREATE_IRQCHIP:
	case KVM_CREATE_PIT2:
	case KVM_SET_USER_MEMORY_REGION:
		return 0;		/* their failure would end the VMM, as it should */
	}
	if (fuzz_failing && --fuzz_failing == 0) {
		errno = EINVAL;
		return -1;
	}
	return 0;
}

static void fuzz_start(void)
{
	static struct host_thread thread;

	if (fuzz_machine.vcpus)
		return;
	fuzz_options = (struct options){
		.vcpus = 1, .memory = FUZZ_RAM, .control_fd = -1, .kvm = "/dev/zero"
	};
	machine_init(&fuzz_machine, &fuzz_options);
	fuzz_vcpu.machine = &fuzz_machine;
	fuzz_vcpu.thread = &thread;
	thread.schedstat_fd = open("/proc/self/schedstat", O_RDONLY | O_CLOEXEC);
	fuzz_machine.vcpus = &fuzz_vcpu;
	fuzz_machine.n_vcpus = 1;
	fuzz_machine.run_size = 3 * GUEST_PAGE;
	fuzz_machine.kvm_fd = open("/dev/zero", O_RDWR | O_CLOEXEC);
	if (!memory_get(&fuzz_machine.memory, 0, gpa(0), FUZZ_RAM, BACKING_ANONYMOUS))
		abort();
	kvm_create_vm(&fuzz_machine);
}

/* A machine that has ended would wait for its end. */
static void fuzz_go_on(void)
{
	fuzz_machine.ending.end = END_NONE;
	fuzz_machine.parking = fuzz_machine.op_parking = false;
	fuzz_vcpu.attention = false;
	fuzz_machine.has_pit = false;
}

#endif
