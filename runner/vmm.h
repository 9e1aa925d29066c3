/* SPDX-License-Identifier: BSD-2-Clause */
/* The interface of a VMM driver: a row in the table vmms[]. A driver is one file (qemu.c, later kvmtool.c, ...). */
#ifndef VMM_H
#define VMM_H

#include "util.h"

struct job;

/* What was found out about one binary of a VMM, once, and cached in build/cache/. */
struct vmm_instance {
	const struct vmm *vmm;
	const char *arch;
	char *binary;			/* absolute path */
	char *version;			/* "7.2.22" */
	struct strvec machines, cpus, devices, accels;	/* what it offers; accels: those that work on this host */
	char *unusable;			/* not NULL: why it cannot be used ("no qemu-system-s390x; install qemu-system-misc") */
};

/* How a VMM process ended, as the driver sees it. */
enum vmm_end {
	END_EXIT_DEVICE,	/* the guest told its status: end.status */
	END_POWER_OFF,		/* orderly power-off without a status */
	END_RESET,		/* the guest reset itself: a triple fault, usually */
	END_PANIC,		/* a guest panic was reported */
	END_INTERNAL_ERROR,	/* KVM internal error or its like: details has registers and instruction bytes */
	END_BAD_START,		/* the VMM could not start: details has what it said */
	END_SIGNAL,		/* the VMM died of a signal: end.status */
	END_STATUS,		/* the VMM ended with an exit status that no guest can cause: end.status */
	END_TIMEOUT,
	END_FLOOD,		/* killed: more console output than a log may hold */
	END_KILLED,		/* the run was interrupted */
};

struct vmm {
	const char *name;		/* "qemu" */
	/* Finds and asks the binary for arch; never NULL, see unusable. */
	struct vmm_instance *(*find)(const char *arch, const char *accel_wanted);
	/* The command line of job; token NULL: as --dry-run prints it, without the runner's private channel. */
	void (*command)(const struct job *job, const char *token, int control_fd, struct strvec *out);
	/* true if the instance can give what the job needs; else *why (to be freed). */
	bool (*can_run)(const struct job *job, char **why);
};

extern const struct vmm *const vmms[];	/* NULL-terminated */

#endif
