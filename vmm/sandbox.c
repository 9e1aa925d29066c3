/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Gives up what a guest that takes the VMM over could misuse: the user root, the file system
 * (Landlock: Linux Documentation/userspace-api/landlock.rst), and nearly all system calls
 * (seccomp). Order: the main thread prepares; each vCPU's thread opens its last file and restricts
 * itself; when all have, the main thread does the rest for all.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "machine.h"
#include "sandbox.h"

#define NOBODY		65534
#define KVM_IOCTLS	0xae00		/* their type, KVMIO */
#define UFFD_IOCTLS	0xaa00		/* UFFDIO */
#define IOCTL_TYPE	0xff00

static int ruleset = -1;

static void landlock_prepare(void)
{
	/* All rights that the kernel knows, and no rule that gives any back. */
	static const uint64_t rights[] = {
		0,
		(1ull << 13) - 1,
		(1ull << 14) - 1,
		(1ull << 15) - 1,
		(1ull << 15) - 1,
		(1ull << 16) - 1,
	};
	struct landlock_ruleset_attr attr = { .handled_access_fs = 0 };
	long version =
		syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	long last = sizeof(rights) / sizeof(rights[0]) - 1;

	if (version <= 0)
		return;		/* not in this kernel: seccomp must do */
	attr.handled_access_fs = rights[version < last ? version : last];
	ruleset =
		(int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr.handled_access_fs), 0);
}

void sandbox_prepare(const struct machine *m)
{
	if (m->options->sandbox == SANDBOX_NONE)
		return;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		die(STATUS_ENVIRONMENT, "PR_SET_NO_NEW_PRIVS: %s", strerror(errno));
	landlock_prepare();
}

static void restrict_self(void)
{
	if (ruleset >= 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
		die(STATUS_ENVIRONMENT, "Landlock: %s", strerror(errno));
}

int sandbox_thread(int tid)
{
	char path[64];
	int schedstat;

	snprintf(path, sizeof(path), "/proc/self/task/%d/schedstat", tid);
	schedstat = open(path, O_RDONLY | O_CLOEXEC);
	restrict_self();
	return schedstat;
}

/* ---- system calls ---- */

static const int allowed[] = {
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(pread64),
	SCMP_SYS(close),
	SCMP_SYS(lseek),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(futex),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(munmap),
	SCMP_SYS(madvise),
	SCMP_SYS(brk),
	SCMP_SYS(mremap),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(rseq),
	SCMP_SYS(gettid),
	SCMP_SYS(getpid),
	SCMP_SYS(eventfd2),
	SCMP_SYS(sched_setaffinity),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(sched_yield),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(newfstatat),
	SCMP_SYS(fstat),
	SCMP_SYS(getrandom),
	SCMP_SYS(getcpu),
};

static int allow(scmp_filter_ctx filter)
{
	int error = 0;

	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		error = error ? error : seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	return error;
}

/* Calls that are allowed with certain arguments only. */
static int allow_some(scmp_filter_ctx filter)
{
	int error = 0;

	error |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
				  SCMP_A1(SCMP_CMP_MASKED_EQ, IOCTL_TYPE, KVM_IOCTLS));
	error |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
				  SCMP_A1(SCMP_CMP_MASKED_EQ, IOCTL_TYPE, UFFD_IOCTLS));
	error |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
				  SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	error |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
				  SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	/* Signals to itself alone. */
	error |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
				  SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0));
	/*
	 * Threads, no processes; clone3() hides its flags in memory, so that libc is told to use
	 * the old one.
	 */
	error |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
				  SCMP_A0(SCMP_CMP_MASKED_EQ, 0x10000, 0x10000));
	error |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	return error;
}

static void filter_calls(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int error = filter ? 0 : -ENOMEM;

	error = error ? error : seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	error = error ? error : allow(filter);
	error = error ? error : allow_some(filter);
	error = error ? error : seccomp_load(filter);
	if (error)
		die(STATUS_ENVIRONMENT,
		    "seccomp: %s; this kernel lacks it, or its thread synchronization",
		    strerror(error < 0 ? -error : EINVAL));
	seccomp_release(filter);
}

static void drop_user(void)
{
	if (geteuid() != 0)
		return;
	if (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
	    setresuid(NOBODY, NOBODY, NOBODY) != 0)
		die(STATUS_ENVIRONMENT, "cannot give up root: %s", strerror(errno));
}

void sandbox_enter(const struct machine *m)
{
	if (m->options->sandbox == SANDBOX_NONE)
		return;
	restrict_self();
	drop_user();
	if (m->options->sandbox == SANDBOX_ALL)
		filter_calls();
}
