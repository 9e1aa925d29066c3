/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interface of a VMM driver: a row in the table vmms[]. A driver is a few files (qemu.c and
 * qemu_*.c, later kvmtool.c, ...): what it can do, its command line, its events, its end.
 */
#ifndef VMM_H
#define VMM_H

#include "util.h"

struct job;
struct options;

/* What was found out about one binary of a VMM, once, and cached in BUILD/cache/. */
struct vmm_instance {
	const struct vmm *vmm;
	const char *arch;
	char *binary;			/* absolute path */
	char *version;			/* "7.2.22" */
	/* what it offers; accels: those that work on this host, best first */
	struct strvec machines, cpus, devices, accels;
	const char *build;		/* the build tree, for our boot ROM */
	const struct options *options;	/* of the run: where the cache is */
	/* not NULL: why it cannot be used ("no qemu-system-s390x; install qemu-system-misc") */
	char *unusable;
	bool named;			/* unusable is about the program that the user named */
};

/* How a VMM process ended, as the driver sees it. */
enum vmm_end {
	END_EXIT_DEVICE,	/* the guest told its status: status */
	END_POWER_OFF,		/* orderly power-off without a status */
	END_RESET,		/* the guest reset itself: a triple fault, usually */
	END_PANIC,		/* a guest panic was reported */
	END_INTERNAL_ERROR,	/* KVM internal error or its like: registers, vcpus say more */
	END_BAD_START,		/* the VMM could not start: details has what it said */
	END_NO_MIGRATION,	/* a migration that the guest asked for could not begin */
	END_LOST,		/* a migration failed under way */
	END_SIGNAL,		/* the VMM died of a signal: status */
	/* the VMM ended with an exit status that no guest can cause: status */
	END_STATUS,
	END_TIMEOUT,
	END_FLOOD,		/* killed: more console output than a log may hold */
	END_KILLED,		/* the run was interrupted */
	/* the VMM's file could not be executed: the environment is broken */
	END_NO_BINARY,
};

/* Where a vCPU stood when it was asked. */
struct vcpu_state {
	unsigned int cpu;
	uint64_t ip;		/* a linear address */
	bool halted;
	/* bytes at ip as hexadecimal words ("0f 0b 90"), NULL if unreadable */
	char *code;
	/* "function (file.c:12)", NULL if unknown; not the driver's to say */
	char *symbol;
};

/* The end of a VMM with all that is known about it. */
struct vmm_ending {
	enum vmm_end end;
	/* END_EXIT_DEVICE: the guest's; END_SIGNAL: the signal; END_STATUS: the VMM's */
	int status;
	bool suspended;		/* END_TIMEOUT: the machine slept, and nothing had woken it */
	unsigned int after_ms;	/* END_TIMEOUT: how long it was given; not the driver's to say */
	/*
	 * one line in the VMM's words ("KVM internal error, suberror 1: ..."), NULL if it said
	 * none
	 */
	char *cause;
	struct vcpu_state *vcpus;
	size_t n_vcpus;
	struct strvec registers;	/* lines */
	struct strvec details;	/* lines: what the VMM wrote to stderr */
};

/* What the driver's view of a running VMM asks the runner to do. */
enum vmm_wish {
	WISH_NONE,
	/* the machine is done for: the process is about to end by itself, within a second */
	WISH_SOON,
	/* the machine will never go on by itself: ask for facts, then kill the process */
	WISH_END,
};

/*
 * The private channel between the runner and one VMM process, as its driver understands it. A
 * driver without one has control NULL in its row. No function blocks, and a VMM that says
 * nonsense harms nobody.
 */
enum migration_state {
	MIGRATION_NONE,
	MIGRATION_LISTENS,	/* the process waits for a machine */
	MIGRATION_DONE,		/* the machine is at the other process, which runs it */
	MIGRATION_REFUSED,	/* the VMM would not begin */
	MIGRATION_FAILED,
};

struct vmm_control_ops {
	/*
	 * Before the VMM starts. fd: ours from now on. hold: the guest waits (for a debugger to
	 * let it go).
	 */
	void *(*open)(int fd, const struct job *job, bool hold);
	int (*fd)(const void *control);
	/* what to poll it for; 0: nothing (the other side hung up) */
	short (*poll_events)(const void *control);
	/* reads and writes what can be; the state after it */
	enum vmm_wish (*io)(void *control);
	void (*ask)(void *control);			/* asks where the vCPUs stand */
	/* all answers are in, or none will come any more */
	bool (*answered)(const void *control);
	void (*close)(void *control);
	/* Moves the machine to the process that listens at uri ("unix:PATH"). NULL: the VMM cannot. */
	void (*migrate)(void *control, const char *uri);
	/* How that goes; *why: the VMM's words for a failure, or NULL. Of a process with job->incoming: whether it listens. */
	enum migration_state (*migration)(const void *control, const char **why);
};

struct vmm {
	const char *name;		/* "qemu" */
	/*
	 * Finds and asks the binary for arch; never NULL, see unusable. The same object for the
	 * same arch.
	 */
	struct vmm_instance *(*find)(const struct options *options, const char *arch);
	/*
	 * The command line of job. token NULL: the guest prints for people. control_fd -1:
	 * without the private channel. Both: as --dry-run prints it.
	 */
	void (*command)(const struct job *job, const char *token, int control_fd,
			struct strvec *out);
	/* Further words that make it wait for a debugger on 127.0.0.1. */
	void (*debug)(const struct job *job, unsigned int port, struct strvec *out);
	/* true if the instance can give what the job needs; else *why (to be freed). */
	bool (*can_run)(const struct job *job, char **why);
	const struct vmm_control_ops *control;
	/*
	 * Says how the VMM ended: from wait_status as of waitpid(), its stderr, what control (may
	 * be NULL) has seen, and whether the guest itself said its exit status in a record
	 * (guest_status, -1: it did not). Sets all of *ending.
	 */
	void (*explain)(const struct job *job, void *control, int wait_status,
			const char *stderr_text, int guest_status, struct vmm_ending *ending);
};

extern const struct vmm *const vmms[];	/* NULL-terminated */

void vmm_ending_free(struct vmm_ending *ending);
/* The row of that name, NULL if there is none. */
const struct vmm *vmm_by_name(const char *name);

#endif
