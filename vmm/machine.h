/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine: its vCPUs, each with a thread, its memory, its end. Three layers of files know more
 * of it, each only what is above it: core.c (threads, ends, calls: no KVM), kvm.c (Linux' KVM, any
 * architecture), *_x86_64.c.
 *
 * A vCPU's state is touched by its own thread, or by the thread that called it (vcpu_call()), or
 * while all are parked.
 */
#ifndef VMM_MACHINE_H
#define VMM_MACHINE_H

#include <linux/kvm.h>
#include <pthread.h>
#include <stdatomic.h>
#include "break.h"
#include "memory.h"
#include "options.h"

#define EXIT_REASONS	64		/* KVM_EXIT_*: more than there are */

struct machine;

/* A thread of the host. All are there before the sandbox: then they can still be looked at. */
struct host_thread {
	struct machine *machine;
	struct vcpu *vcpu;		/* under machine->lock: that it runs, NULL: it rests */
	pthread_t id;
	int tid, schedstat_fd;		/* -1: the host has none */
	bool ready;			/* under machine->lock */
};

struct vcpu {
	struct machine *machine;
	unsigned int index;		/* and its APIC ID */
	int fd, stats_fd;		/* the latter: -1 if the host has none */
	struct host_thread *thread;	/* under machine->lock: that runs it */
	struct kvm_run *run;
	struct kvm_dirty_gfn *ring;	/* NULL: none */
	uint32_t ring_next;
	bool started;
	atomic_bool attention;		/* look at what follows before the guest runs on */
	/* Under machine->lock: */
	bool paused;			/* does not run until it is let go */
	bool parked;			/* does not run now */
	void (*call)(struct vcpu *vcpu, void *arg);
	void *call_arg;
	/* Its own: */
	bool in_operation;
	struct kvm_enable_cap enabled;	/* by CAP_ENABLE; cap 0: none */
	_Atomic uint64_t exits[EXIT_REASONS];
};

/* How the machine ended. The process then ends with the row's status (docs/vmm.md). */
enum end {
	END_NONE,
	END_STATUS,			/* the exit device: ending.status */
	END_POWER_OFF,
	END_RESET,			/* a triple fault, or the guest asked for it */
	END_INTERNAL_ERROR,		/* KVM cannot go on */
	END_TIMEOUT,
	END_INTERRUPTED,		/* SIGINT, SIGTERM, or the runner is gone */
	END_BROKEN,			/* the VMM or its host failed */
	ENDS,
};

struct ending {
	_Atomic enum end end;
	uint32_t status;
	struct vcpu *vcpu;		/* that caused it, NULL: none in particular */
	char text[256];			/* one line that says why; "": nothing to say */
};

struct operations;			/* what host operations keep: operations.h */

struct machine {
	const struct options *options;
	struct memory memory;
	int kvm_fd, vm_fd, stats_fd;
	int wake_fd;			/* an eventfd: the main thread has something to do */
	size_t run_size;
	struct vcpu *vcpus;
	unsigned int n_vcpus;
	struct host_thread *spare;	/* under lock: the one that rests */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct kvm_run *idle_run;	/* where there is no vCPU just now */
	/*
	 * Under lock: nobody runs, as the main thread wants it (but the one that gdb steps), or as
	 * the operation at work does (but whom it is for).
	 */
	bool parking, op_parking;
	struct vcpu *stepping;
	/* under lock: whose host operation is at work, NULL: none */
	struct vcpu *operating;
	struct ending ending;
	bool has_pit;			/* under lock: dev_pit_x86_64.c made it */
	struct operations *operations;
};

static inline bool broken(const struct machine *m, enum fault fault)
{
	return m->options->broken == fault;
}

/* ---- core.c ---- */

void machine_init(struct machine *m, const struct options *options);
/* Starts the vCPUs' threads; each waits, sandboxed, until machine_go(). Insists. */
void machine_start(struct machine *m);
/* Lets all run, or only one, if it is not NULL. */
void machine_go(struct machine *m, struct vcpu *only);
/*
 * watch.c: before the threads start; then waits for the end of the machine, with an ear for the
 * runner.
 */
void machine_catch_signals(void);
void machine_watch(struct machine *m);
/*
 * Ends the machine: the first call counts, later ones do nothing. vcpu: the one that caused it, or
 * NULL.
 */
void machine_end(struct machine *m, struct vcpu *vcpu, enum end end, uint32_t status,
		 const char *format, ...) __attribute__((format(printf, 5, 6)));
/* Makes all stop soon, and wakes the main thread: vcpu wants its attention. */
void machine_stop(struct machine *m, struct vcpu *vcpu);
/*
 * Stops all vCPUs but self, whose operation wants it; NULL: the main thread does. False if one does
 * not stop within some seconds.
 */
bool machine_park(struct machine *m, const struct vcpu *self);
void machine_unpark(struct machine *m, const struct vcpu *self);
/* Makes it look up: it leaves the guest, however deep in the kernel it is. The lock is held. */
void vcpu_kick(struct vcpu *vcpu);
void vcpu_pause(struct vcpu *vcpu, bool paused);
/*
 * Runs function on target's thread, between two of its instructions, and waits for that. self: the
 * caller.
 */
void vcpu_call(struct vcpu *self, struct vcpu *target,
	       void (*function)(struct vcpu *vcpu, void *arg), void *arg);
/* One host operation at a time. Between these, calls from others are served while one waits. */
void operation_begin(struct vcpu *vcpu);
void operation_end(struct vcpu *vcpu);
/* Within an operation: lets those of others go first for so long; calls are served meanwhile. */
void operation_sleep(struct vcpu *vcpu, uint64_t ns);
/*
 * Lets the spare thread, which must be there, run vcpu from now on; the one that did rests. All are
 * parked, and vcpu does not stand in the middle of a host operation.
 */
void vcpu_change_thread(struct vcpu *vcpu);

/* ---- kvm.c ---- */

/* All of these end the process with a reason where the host cannot do it. */
void kvm_open(struct machine *m);
void kvm_create_vm(struct machine *m);
/* Closes the VM and its vCPUs, none of which runs; kvm_create_vm() makes others in their place. */
void kvm_destroy_vm(struct machine *m);
/* Tells KVM of a region. False with errno. */
bool kvm_set_region(struct machine *m, unsigned int slot);
/* True if the extension is there: its value. */
int kvm_has(const struct machine *m, int capability);
/* Enters the guest once and deals with what made it leave. */
void kvm_run_once(struct vcpu *vcpu);
/*
 * Completes the instruction that an exit is in the middle of, so that the vCPU's state is that
 * between two.
 */
void kvm_settle(struct vcpu *vcpu);
const char *kvm_exit_name(unsigned int reason);

/* ---- *_x86_64.c: what another architecture would have to write ---- */

void arch_check_kvm(const struct machine *m);
void arch_create_vm(struct machine *m);
void arch_create_vcpu(struct vcpu *vcpu);
/* Gets memory for RAM, in slots below HOSTOP_SLOT_FIRST. */
void arch_get_ram(struct machine *m);
/* May a slot of the guest's own lie there, as far as RAM and KVM's devices go? */
bool arch_slot_may_lie(uint64_t address, uint64_t size);
/* Loads image and initrd, writes what the boot protocol wants, sets the boot CPU's registers. */
void arch_boot(struct machine *m, const uint8_t *image, uint64_t image_len, const uint8_t *initrd,
	       uint64_t initrd_len);
/* dev_pit_x86_64.c: makes KVM's PIT. 0 or -errno. */
int pit_create(struct machine *m);
/* Deals with an exit that is the architecture's own; false if it is not known. */
bool arch_exit(struct vcpu *vcpu);
struct report;
/*
 * What is said of a vCPU that stands: where (a linear address), whether it is halted, its
 * registers.
 */
void arch_report_vcpu(struct vcpu *vcpu, struct report *report);

/* ---- main.c ---- */

/* Ends the process before the machine runs: prints "vmunit-vmm: MESSAGE". Statuses: docs/vmm.md. */
enum { STATUS_USAGE = 2, STATUS_ENVIRONMENT = 4 };
_Noreturn void die(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
