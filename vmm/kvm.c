/* SPDX-License-Identifier: BSD-2-Clause */
/* Linux' KVM, as every architecture has it: Linux Documentation/virt/kvm/api.rst. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include "advice.h"
#include "console.h"
#include "device.h"
#include "machine.h"
#include "operations.h"

#define API_VERSION	12

/* Without these nothing works; each is as old as Linux 4.13 or older. */
static const struct {
	int capability;
	const char *name;
} needed[] = {
	{ KVM_CAP_USER_MEMORY, "KVM_CAP_USER_MEMORY" },
	{ KVM_CAP_IMMEDIATE_EXIT, "KVM_CAP_IMMEDIATE_EXIT" },
	{ KVM_CAP_MP_STATE, "KVM_CAP_MP_STATE" },
};

static const char *const exit_names[] = {
	[KVM_EXIT_UNKNOWN] = "KVM_EXIT_UNKNOWN", [KVM_EXIT_IO] = "KVM_EXIT_IO",
	[KVM_EXIT_DEBUG] = "KVM_EXIT_DEBUG", [KVM_EXIT_HLT] = "KVM_EXIT_HLT",
	[KVM_EXIT_MMIO] = "KVM_EXIT_MMIO", [KVM_EXIT_SHUTDOWN] = "KVM_EXIT_SHUTDOWN",
	[KVM_EXIT_FAIL_ENTRY] = "KVM_EXIT_FAIL_ENTRY", [KVM_EXIT_INTR] = "KVM_EXIT_INTR",
	[KVM_EXIT_INTERNAL_ERROR] = "KVM_EXIT_INTERNAL_ERROR",
	[KVM_EXIT_SYSTEM_EVENT] = "KVM_EXIT_SYSTEM_EVENT",
	[KVM_EXIT_IOAPIC_EOI] = "KVM_EXIT_IOAPIC_EOI", [KVM_EXIT_HYPERCALL] = "KVM_EXIT_HYPERCALL",
	[KVM_EXIT_X86_RDMSR] = "KVM_EXIT_X86_RDMSR", [KVM_EXIT_X86_WRMSR] = "KVM_EXIT_X86_WRMSR",
	[KVM_EXIT_DIRTY_RING_FULL] = "KVM_EXIT_DIRTY_RING_FULL",
	[KVM_EXIT_X86_BUS_LOCK] = "KVM_EXIT_X86_BUS_LOCK",
};

const char *kvm_exit_name(unsigned int reason)
{
	const char *name = reason < sizeof(exit_names) / sizeof(exit_names[0]) ? exit_names[reason]
									       : NULL;

	return name ? name : "an exit of another kind";
}

int kvm_has(const struct machine *m, int capability)
{
	int value = ioctl(m->vm_fd >= 0 ? m->vm_fd : m->kvm_fd, KVM_CHECK_EXTENSION, capability);

	return value < 0 ? 0 : value;
}

void kvm_open(struct machine *m)
{
	const char *path = m->options->kvm;
	int version, size;

	m->kvm_fd = open(path, O_RDWR | O_CLOEXEC);
	if (m->kvm_fd < 0)
		die(STATUS_ENVIRONMENT, "%s: %s%s", path, strerror(errno), advice("open", errno));
	version = ioctl(m->kvm_fd, KVM_GET_API_VERSION, 0);
	if (version != API_VERSION)
		die(STATUS_ENVIRONMENT,
		    "%s speaks API version %d, not %d: not a KVM, or one before Linux 2.6.22; run a "
		    "newer kernel, or name the right device with --kvm",
		    path, version, API_VERSION);
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!kvm_has(m, needed[i].capability))
			die(STATUS_ENVIRONMENT,
			    "this kernel's KVM has no %s; Linux 4.13 or newer has", needed[i].name);
	arch_check_kvm(m);
	size = ioctl(m->kvm_fd, KVM_GET_VCPU_MMAP_SIZE, 0);
	if (size < (int)sizeof(struct kvm_run))
		die(STATUS_ENVIRONMENT,
		    "KVM_GET_VCPU_MMAP_SIZE says %d, less than struct kvm_run of this VMM's headers: "
		    "run a newer kernel, or build the VMM with headers of this one", size);
	m->run_size = (size_t)size;
}

bool kvm_set_region(struct machine *m, unsigned int slot)
{
	const struct region *r = &m->memory.regions[slot];
	struct kvm_userspace_memory_region region = {
		.slot = slot,
		.flags = r->flags,
		.guest_phys_addr = r->start.address,
		.memory_size = r->size,
		.userspace_addr = (uintptr_t)r->host,
	};

	return ioctl(m->vm_fd, KVM_SET_USER_MEMORY_REGION, &region) == 0;
}

static void map_ring(struct vcpu *vcpu)
{
	const struct machine *m = vcpu->machine;
	size_t size = m->options->dirty_ring * sizeof(struct kvm_dirty_gfn);

	vcpu->ring_next = 0;
	if (!size)
		return;
	vcpu->ring = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu->fd,
			  KVM_DIRTY_LOG_PAGE_OFFSET * sysconf(_SC_PAGESIZE));
	if (vcpu->ring == MAP_FAILED)
		die(STATUS_ENVIRONMENT, "the dirty ring of CPU %u: %s", vcpu->index,
		    strerror(errno));
}

static void create_vcpu(struct vcpu *vcpu)
{
	struct machine *m = vcpu->machine;
	struct kvm_run *run;

	vcpu->fd = ioctl(m->vm_fd, KVM_CREATE_VCPU, (unsigned long)vcpu->index);
	if (vcpu->fd < 0)
		die(STATUS_ENVIRONMENT, "KVM_CREATE_VCPU %u of %u: %s%s", vcpu->index, m->n_vcpus,
		    strerror(errno), advice("KVM_CREATE_VCPU", errno));
	run = mmap(NULL, m->run_size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu->fd, 0);
	if (run == MAP_FAILED)
		die(STATUS_ENVIRONMENT, "the run structure of CPU %u: %s%s", vcpu->index,
		    strerror(errno), advice("mmap", errno));
	pthread_mutex_lock(&m->lock);
	/* Who was kicked while there was no run structure stays so. */
	run->immediate_exit = vcpu->attention;
	vcpu->run = run;
	pthread_mutex_unlock(&m->lock);
	vcpu->stats_fd = kvm_has(m, KVM_CAP_BINARY_STATS_FD) ? ioctl(vcpu->fd, KVM_GET_STATS_FD, 0)
							     : -1;
	map_ring(vcpu);
	arch_create_vcpu(vcpu);
}

static void enable_ring(const struct machine *m)
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_DIRTY_LOG_RING };

	if (!m->options->dirty_ring)
		return;
	cap.args[0] = m->options->dirty_ring * sizeof(struct kvm_dirty_gfn);
	if (!kvm_has(m, KVM_CAP_DIRTY_LOG_RING))
		cap.cap = KVM_CAP_DIRTY_LOG_RING_ACQ_REL;
	if (!kvm_has(m, (int)cap.cap))
		die(STATUS_ENVIRONMENT,
		    "--dirty-ring: this kernel's KVM has none; Linux 5.11 or newer has");
	if (ioctl(m->vm_fd, KVM_ENABLE_CAP, &cap) != 0)
		die(STATUS_ENVIRONMENT,
		    "--dirty-ring %u: %s; KVM here takes at most %d bytes a CPU",
		    m->options->dirty_ring, strerror(errno), kvm_has(m, KVM_CAP_DIRTY_LOG_RING));
}

/*
 * Before anything that puts devices on KVM's buses: each of those leaves a grace period of SRCU
 * behind, and a new slot waits for it, 4 to 8 ms.
 */
static void set_regions(struct machine *m)
{
	for (unsigned int slot = 0; slot < REGIONS; slot++)
		if (m->memory.regions[slot].size && !kvm_set_region(m, slot))
			die(STATUS_ENVIRONMENT, "KVM_SET_USER_MEMORY_REGION %u: %s%s", slot,
			    strerror(errno), advice("KVM_SET_USER_MEMORY_REGION", errno));
}

void kvm_create_vm(struct machine *m)
{
	int max = kvm_has(m, KVM_CAP_MAX_VCPUS);

	if (m->options->vcpus > (unsigned int)(max ? max : 4))
		die(STATUS_ENVIRONMENT, "--smp %u: KVM here takes %d CPUs at most; ask for fewer",
		    m->options->vcpus, max ? max : 4);
	do {
		m->vm_fd = ioctl(m->kvm_fd, KVM_CREATE_VM, 0ul);
	} while (m->vm_fd < 0 && errno == EINTR);
	if (m->vm_fd < 0)
		die(STATUS_ENVIRONMENT, "KVM_CREATE_VM: %s%s", strerror(errno),
		    advice("KVM_CREATE_VM", errno));
	m->stats_fd = kvm_has(m, KVM_CAP_BINARY_STATS_FD) ? ioctl(m->vm_fd, KVM_GET_STATS_FD, 0)
							  : -1;
	enable_ring(m);
	set_regions(m);
	arch_create_vm(m);
	console_coalesce(m);
	for (unsigned int i = 0; i < m->n_vcpus; i++)
		create_vcpu(&m->vcpus[i]);
}

/* Whoever kicks a vCPU meanwhile finds something to write to. */
static void destroy_vcpu(struct vcpu *vcpu)
{
	struct machine *m = vcpu->machine;
	struct kvm_run *run = vcpu->run;

	if (!m->idle_run)
		m->idle_run = calloc(1, m->run_size);
	if (!m->idle_run)
		die(STATUS_ENVIRONMENT, "no memory");
	pthread_mutex_lock(&m->lock);
	vcpu->run = m->idle_run;
	pthread_mutex_unlock(&m->lock);
	munmap(run, m->run_size);
	if (vcpu->ring)
		munmap(vcpu->ring, m->options->dirty_ring * sizeof(struct kvm_dirty_gfn));
	vcpu->ring = NULL;
	close(vcpu->fd);
	if (vcpu->stats_fd >= 0)
		close(vcpu->stats_fd);
}

void kvm_destroy_vm(struct machine *m)
{
	for (unsigned int i = 0; i < m->n_vcpus; i++)
		destroy_vcpu(&m->vcpus[i]);
	if (m->stats_fd >= 0)
		close(m->stats_fd);
	close(m->vm_fd);
	m->vm_fd = m->stats_fd = -1;
}

/* ---- running ---- */

static void do_io(struct vcpu *vcpu)
{
	const struct kvm_run *run = vcpu->run;
	uint64_t size = run->io.size, n = run->io.count, offset = run->io.data_offset;
	uint8_t *data = (uint8_t *)vcpu->run + offset;

	/* The kernel's word, but it is cheap to check. */
	if ((size != 1 && size != 2 && size != 4) || offset > vcpu->machine->run_size ||
	    n > (vcpu->machine->run_size - offset) / size) {
		machine_end(vcpu->machine, vcpu, END_BROKEN, 0,
			    "KVM describes an I/O access that cannot be");
		return;
	}
	if (run->io.direction == KVM_EXIT_IO_OUT)
		port_out(vcpu, run->io.port, (unsigned int)size, data, (uint32_t)n);
	else
		port_in(vcpu, run->io.port, (unsigned int)size, data, (uint32_t)n);
}

static void do_mmio(struct vcpu *vcpu)
{
	struct kvm_run *run = vcpu->run;
	unsigned int size = run->mmio.len > sizeof(run->mmio.data) ? sizeof(run->mmio.data)
								   : run->mmio.len;

	if (run->mmio.is_write)
		mmio_write(vcpu, run->mmio.phys_addr, size, run->mmio.data);
	else
		mmio_read(vcpu, run->mmio.phys_addr, size, run->mmio.data);
}

/* Linux api.rst, "KVM_EXIT_SYSTEM_EVENT". */
static void do_system_event(struct vcpu *vcpu)
{
	unsigned int type = vcpu->run->system_event.type;

	if (type == KVM_SYSTEM_EVENT_SHUTDOWN)
		machine_end(vcpu->machine, vcpu, END_POWER_OFF, 0, "%s", "");
	else if (type == KVM_SYSTEM_EVENT_RESET)
		machine_end(vcpu->machine, vcpu, END_RESET, 0, "%s", "");
	else
		machine_end(vcpu->machine, vcpu, END_INTERNAL_ERROR, 0, "KVM system event %u%s",
			    type, type == KVM_SYSTEM_EVENT_CRASH ? " (the guest says that it crashed)" : "");
}

static void do_internal_error(struct vcpu *vcpu)
{
	unsigned int sub = vcpu->run->internal.suberror;

	if (operation_takes_error(vcpu))
		return;
	machine_end(vcpu->machine, vcpu, END_INTERNAL_ERROR, sub,
		    "KVM internal error, suberror %u%s", sub, advice_internal_error(sub));
}

static void do_shutdown(struct vcpu *vcpu)
{
	machine_end(vcpu->machine, vcpu, END_RESET, 0, "%s", "");
}

static void do_fail_entry(struct vcpu *vcpu)
{
	machine_end(vcpu->machine, vcpu, END_INTERNAL_ERROR, 0,
		    "KVM cannot enter the guest: hardware reason %#llx; the processor rejects its "
		    "state: dmesg has it (kvm_intel's dump_invalid_vmcs=1), the manual the reason",
		    (unsigned long long)vcpu->run->fail_entry.hardware_entry_failure_reason);
}

static void do_nothing(struct vcpu *vcpu)
{
	(void)vcpu;
}

static void (*const handlers[EXIT_REASONS])(struct vcpu *vcpu) = {
	[KVM_EXIT_IO] = do_io,
	[KVM_EXIT_MMIO] = do_mmio,
	[KVM_EXIT_SHUTDOWN] = do_shutdown,
	[KVM_EXIT_SYSTEM_EVENT] = do_system_event,
	[KVM_EXIT_INTERNAL_ERROR] = do_internal_error,
	[KVM_EXIT_FAIL_ENTRY] = do_fail_entry,
	[KVM_EXIT_INTR] = do_nothing,
	[KVM_EXIT_DIRTY_RING_FULL] = operation_ring_full,
};

static void handle_exit(struct vcpu *vcpu)
{
	unsigned int reason = vcpu->run->exit_reason;

	if (reason < EXIT_REASONS)
		atomic_fetch_add_explicit(&vcpu->exits[reason], 1, memory_order_relaxed);
	if (reason < EXIT_REASONS && handlers[reason])
		handlers[reason](vcpu);
	else if (!arch_exit(vcpu))
		machine_end(vcpu->machine, vcpu, END_INTERNAL_ERROR, 0,
			    "exit %u (%s), which nobody asked for; the VMM does not know what this "
			    "host's KVM wants: report it", reason, kvm_exit_name(reason));
}

/* False: it was interrupted, or not entered at all. */
static bool enter(struct vcpu *vcpu)
{
	if (ioctl(vcpu->fd, KVM_RUN, 0) == 0)
		return true;
	if (errno != EINTR && errno != EAGAIN)
		machine_end(vcpu->machine, vcpu, END_INTERNAL_ERROR, 0, "KVM_RUN: %s%s",
			    strerror(errno), advice("KVM_RUN", errno));
	return false;
}

void kvm_run_once(struct vcpu *vcpu)
{
	if (enter(vcpu))
		handle_exit(vcpu);
}

#define SETTLE_MAX	4096	/* exits of one instruction: a page, byte by byte */

void kvm_settle(struct vcpu *vcpu)
{
	uint8_t before = vcpu->run->immediate_exit;
	bool in_operation = vcpu->in_operation;

	/* A string output to the doorbell cannot be an operation in here. */
	vcpu->in_operation = true;
	vcpu->run->immediate_exit = 1;
	for (int i = 0; i < SETTLE_MAX && enter(vcpu); i++)
		handle_exit(vcpu);
	vcpu->run->immediate_exit = before;
	vcpu->in_operation = in_operation;
}
