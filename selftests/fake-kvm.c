/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A KVM that misbehaves: preloaded (LD_PRELOAD) under the small VMM, with FAKE_KVM naming how. It needs no real one:
 * /dev/kvm, the VM and its vCPUs are memory files here, and a guest is where its registers say, but never runs.
 * What each scenario must lead to is in selftests/checks/smallvmm.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define DEVICE		"/dev/kvm"
#define RUN_SIZE	(3 * 4096)
#define GUEST_RIP	0x100010u		/* in the image, whose bytes a report can show */
#define ENTRIES		100000			/* of a storm */
#define FILES		64

#define EXIT_UNHEARD_OF	60

/* How KVM_RUN behaves: returns 0 or -errno. tries: how often it was called before. */
typedef int runs(struct kvm_run *run, unsigned int value, unsigned int tries);

static int exits(struct kvm_run *run, unsigned int reason, unsigned int tries)
{
	(void)tries;
	run->exit_reason = reason;
	return 0;
}

static int system_event(struct kvm_run *run, unsigned int type, unsigned int tries)
{
	run->system_event.type = type;
	return exits(run, KVM_EXIT_SYSTEM_EVENT, tries);
}

static int ends(struct kvm_run *run, unsigned int value, unsigned int tries)
{
	(void)value;
	return system_event(run, KVM_SYSTEM_EVENT_SHUTDOWN, tries);
}

/* The guest computes, until somebody wants the vCPU. Only calls that the sandbox allows. */
static int computes(struct kvm_run *run, unsigned int value, unsigned int tries)
{
	struct timespec some = { 0, 5000000 };

	(void)value, (void)tries;
	while (!((volatile struct kvm_run *)run)->immediate_exit)
		ppoll(NULL, 0, &some, NULL);
	return -EINTR;
}

/* It is in the kernel for good: no signal ends it. */
static int is_stuck(struct kvm_run *run, unsigned int value, unsigned int tries)
{
	(void)run, (void)value, (void)tries;
	for (;;)
		poll(NULL, 0, 1000);
	return 0;
}

static int storms(struct kvm_run *run, unsigned int error, unsigned int tries)
{
	return tries < ENTRIES ? -(int)error : ends(run, 0, tries);
}

static int fails(struct kvm_run *run, unsigned int error, unsigned int tries)
{
	(void)run, (void)tries;
	return -(int)error;
}

static int cannot_enter(struct kvm_run *run, unsigned int reason, unsigned int tries)
{
	run->fail_entry.hardware_entry_failure_reason = reason;
	return exits(run, KVM_EXIT_FAIL_ENTRY, tries);
}

static int internal_error(struct kvm_run *run, unsigned int suberror, unsigned int tries)
{
	memset(&run->internal, 0, sizeof(run->internal));
	run->internal.suberror = suberror;
	return exits(run, KVM_EXIT_INTERNAL_ERROR, tries);
}

static int writes_port(struct kvm_run *run, unsigned int port, unsigned int tries)
{
	run->io.direction = KVM_EXIT_IO_OUT;
	run->io.size = run->io.count = 1;
	run->io.port = (uint16_t)port;
	run->io.data_offset = 4096;
	return exits(run, KVM_EXIT_IO, tries);
}

/* An access whose data would lie where no run structure is. */
static int wild_io(struct kvm_run *run, unsigned int offset, unsigned int tries)
{
	run->io.direction = KVM_EXIT_IO_OUT;
	run->io.size = 4;
	run->io.count = 1;
	run->io.port = 0x560;
	run->io.data_offset = offset;
	return exits(run, KVM_EXIT_IO, tries);
}

#define BEFORE(name, call, request, result) { name, call, request, result, NULL, 0 }
#define RUNS(name, run, value) { name, NONE, 0, 0, run, value }

enum call { NONE, OPEN, MAP, CAPABILITY, ONCE, IOCTL };

static const struct scenario {
	const char *name;
	enum call call;			/* that goes wrong before the guest runs */
	unsigned long request;		/* of ioctl(), or the capability that is missing */
	int result;			/* -errno, or what it says instead */
	runs *run;			/* NULL: computes */
	unsigned int value;
} scenarios[] = {
	RUNS("fine", ends, 0),
	BEFORE("no-device", OPEN, 0, -ENOENT),
	BEFORE("no-module", OPEN, 0, -ENODEV),
	BEFORE("no-permission", OPEN, 0, -EACCES),
	BEFORE("container", OPEN, 0, -EPERM),
	BEFORE("no-descriptors", OPEN, 0, -EMFILE),
	BEFORE("old", IOCTL, KVM_GET_API_VERSION, 11),
	BEFORE("not-kvm", IOCTL, KVM_GET_API_VERSION, -ENOTTY),
	BEFORE("no-user-memory", CAPABILITY, KVM_CAP_USER_MEMORY, 0),
	BEFORE("no-immediate-exit", CAPABILITY, KVM_CAP_IMMEDIATE_EXIT, 0),
	BEFORE("no-mp-state", CAPABILITY, KVM_CAP_MP_STATE, 0),
	BEFORE("no-irqchip", CAPABILITY, KVM_CAP_IRQCHIP, 0),
	BEFORE("no-cpuid", CAPABILITY, KVM_CAP_EXT_CPUID, 0),
	BEFORE("no-split", CAPABILITY, KVM_CAP_SPLIT_IRQCHIP, 0),
	BEFORE("no-ring", CAPABILITY, KVM_CAP_DIRTY_LOG_RING, 0),
	BEFORE("few-cpus", CAPABILITY, KVM_CAP_MAX_VCPUS, 0),
	BEFORE("small-run", IOCTL, KVM_GET_VCPU_MMAP_SIZE, 256),
	BEFORE("no-run", IOCTL, KVM_GET_VCPU_MMAP_SIZE, -EINVAL),
	BEFORE("vm-no-memory", IOCTL, KVM_CREATE_VM, -ENOMEM),
	BEFORE("vm-busy", IOCTL, KVM_CREATE_VM, -EBUSY),
	BEFORE("vm-forbidden", IOCTL, KVM_CREATE_VM, -EPERM),
	BEFORE("vm-io", IOCTL, KVM_CREATE_VM, -EIO),
	{ "vm-interrupted", ONCE, KVM_CREATE_VM, -EINTR, ends, 0 },
	BEFORE("chip-no-memory", IOCTL, KVM_CREATE_IRQCHIP, -ENOMEM),
	{ "pit-no-memory", IOCTL, KVM_CREATE_PIT2, -ENOMEM, writes_port, 0x43 },
	BEFORE("slot-no-memory", IOCTL, KVM_SET_USER_MEMORY_REGION, -ENOMEM),
	BEFORE("vcpu-no-memory", IOCTL, KVM_CREATE_VCPU, -ENOMEM),
	BEFORE("vcpu-no-descriptors", IOCTL, KVM_CREATE_VCPU, -EMFILE),
	BEFORE("vcpu-no-map", MAP, 0, -ENOMEM),
	BEFORE("no-cpuid-list", IOCTL, KVM_GET_SUPPORTED_CPUID, -E2BIG),
	BEFORE("cpuid-refused", IOCTL, KVM_SET_CPUID2, -EINVAL),
	BEFORE("registers-refused", IOCTL, KVM_SET_SREGS, -EINVAL),
	RUNS("fail-entry", cannot_enter, 0x80000021),
	RUNS("emulation", internal_error, KVM_INTERNAL_ERROR_EMULATION),
	RUNS("two-exceptions", internal_error, KVM_INTERNAL_ERROR_SIMUL_EX),
	RUNS("delivery", internal_error, KVM_INTERNAL_ERROR_DELIVERY_EV),
	RUNS("unexpected-exit", internal_error, KVM_INTERNAL_ERROR_UNEXPECTED_EXIT_REASON),
	RUNS("suberror-99", internal_error, 99),
	{ "unreadable", IOCTL, KVM_GET_REGS, -EIO, internal_error, KVM_INTERNAL_ERROR_EMULATION },
	RUNS("shutdown", exits, KVM_EXIT_SHUTDOWN),
	RUNS("hlt", exits, KVM_EXIT_HLT),
	RUNS("unheard-of", exits, EXIT_UNHEARD_OF),
	RUNS("out-of-range", exits, 0xffffffff),
	RUNS("crash-event", system_event, 3),
	RUNS("wild-io", wild_io, 0xfffffff0),
	RUNS("run-fault", fails, EFAULT),
	RUNS("run-refused", fails, EINVAL),
	RUNS("run-no-memory", fails, ENOMEM),
	RUNS("interrupt-storm", storms, EINTR),
	RUNS("again-storm", storms, EAGAIN),
	RUNS("interrupted-for-ever", fails, EINTR),
	RUNS("computes", computes, 0),
	RUNS("stuck", is_stuck, 0),
};

static const struct scenario *now;
static int device = -1, vm = -1, vcpus[FILES];
static struct kvm_run *runs_of[FILES];
static atomic_uint tries[FILES];
static unsigned int n_vcpus;
static bool done_once;

static int (*real_open)(const char *, int, ...);
static int (*real_ioctl)(int, unsigned long, ...);
static void *(*real_mmap)(void *, size_t, int, int, int, off_t);

__attribute__((constructor)) static void begin(void)
{
	const char *name = getenv("FAKE_KVM");

	*(void **)&real_open = dlsym(RTLD_NEXT, "open");
	*(void **)&real_ioctl = dlsym(RTLD_NEXT, "ioctl");
	*(void **)&real_mmap = dlsym(RTLD_NEXT, "mmap");
	for (size_t i = 0; name && i < sizeof(scenarios) / sizeof(scenarios[0]); i++)
		if (strcmp(scenarios[i].name, name) == 0)
			now = &scenarios[i];
	if (!now) {
		static const char text[] = "fake-kvm: FAKE_KVM names none of its scenarios\n";

		_exit(write(STDERR_FILENO, text, sizeof(text) - 1) > 0 ? 125 : 124);
	}
}

static int result_of(int result)
{
	if (result >= 0)
		return result;
	errno = -result;
	return -1;
}

static int file(void)
{
	int fd = memfd_create("fake-kvm", MFD_CLOEXEC);

	return fd >= 0 && ftruncate(fd, RUN_SIZE) == 0 ? fd : -1;
}

int open(const char *path, int flags, ...)
{
	va_list args;
	int mode;

	va_start(args, flags);
	mode = va_arg(args, int);
	va_end(args);
	if (strcmp(path, DEVICE) != 0)
		return real_open(path, flags, mode);
	if (now->call == OPEN)
		return result_of(now->result);
	device = file();
	return device;
}

int open64(const char *path, int flags, ...) __attribute__((alias("open")));

static int vcpu_of(int fd)
{
	for (unsigned int i = 0; i < n_vcpus; i++)
		if (vcpus[i] == fd)
			return (int)i;
	return -1;
}

void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
	int vcpu = fd < 0 ? -1 : vcpu_of(fd);
	void *where;

	if (vcpu >= 0 && now->call == MAP) {
		errno = -now->result;
		return MAP_FAILED;
	}
	where = real_mmap(at, size, protection, flags, fd, offset);
	if (vcpu >= 0 && !offset)
		runs_of[vcpu] = where;
	return where;
}

void *mmap64(void *, size_t, int, int, int, off_t) __attribute__((alias("mmap")));

static int check_extension(unsigned long capability)
{
	if (now->call == CAPABILITY && now->request == capability)
		return capability == KVM_CAP_MAX_VCPUS;
	switch (capability) {
	case KVM_CAP_MAX_VCPUS:
		return FILES;
	case KVM_CAP_USER_MEMORY: case KVM_CAP_IMMEDIATE_EXIT: case KVM_CAP_MP_STATE: case KVM_CAP_IRQCHIP:
	case KVM_CAP_EXT_CPUID: case KVM_CAP_SPLIT_IRQCHIP:
		return 1;
	}
	return 0;
}

/* What the kernel writes: enough of it that a report has something to say. */
static int fill(unsigned long request, void *arg)
{
	struct kvm_translation *t = arg;

	switch (request) {
	case KVM_GET_REGS:
		*(struct kvm_regs *)arg = (struct kvm_regs){ .rip = GUEST_RIP, .rflags = 2 };
		return 0;
	case KVM_GET_SREGS:
		*(struct kvm_sregs *)arg = (struct kvm_sregs){ .cr0 = 0x11 };
		return 0;
	case KVM_GET_MP_STATE:
		((struct kvm_mp_state *)arg)->mp_state = KVM_MP_STATE_RUNNABLE;
		return 0;
	case KVM_GET_DEBUGREGS:
		*(struct kvm_debugregs *)arg = (struct kvm_debugregs){ .dr6 = 0xffff0ff0, .dr7 = 0x400 };
		return 0;
	case KVM_TRANSLATE:
		t->physical_address = t->linear_address;
		t->valid = 1;
		return 0;
	case KVM_GET_SUPPORTED_CPUID:
		((struct kvm_cpuid2 *)arg)->nent = 0;
		return 0;
	}
	return 0;
}

static int run(int vcpu)
{
	struct kvm_run *where = runs_of[vcpu];

	if (where->immediate_exit)
		return -EINTR;
	/* The others wait to be started. */
	if (vcpu > 0 || !now->run)
		return computes(where, 0, 0);
	return now->run(where, now->value, tries[vcpu]++);
}

static int create(unsigned long request)
{
	int fd = file();

	if (request == KVM_CREATE_VM)
		vm = fd;
	else if (n_vcpus < FILES)
		vcpus[n_vcpus++] = fd;
	return fd;
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *arg;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	if (fd < 0 || (fd != device && fd != vm && vcpu_of(fd) < 0))
		return real_ioctl(fd, request, arg);
	if (now->call == ONCE && now->request == request && !done_once) {
		done_once = true;
		return result_of(now->result);
	}
	if (now->call == IOCTL && now->request == request)
		return result_of(now->result);
	switch (request) {
	case KVM_GET_API_VERSION:
		return 12;
	case KVM_CHECK_EXTENSION:
		return check_extension((unsigned long)arg);
	case KVM_GET_VCPU_MMAP_SIZE:
		return RUN_SIZE;
	case KVM_CREATE_VM:
	case KVM_CREATE_VCPU:
		return create(request);
	case KVM_RUN:
		return result_of(run(vcpu_of(fd)));
	}
	return fill(request, arg);
}
