/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Child processes: a group and pipes for each, killed as a group, reaped with their CPU time.
 * What waits on many of them is run.c; what they are is not known here.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include "guard.h"
#include "process.h"
#include "util.h"

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/*
 * Not inherited by any child unless that one says so: two VMMs must not hold each other's pipes
 * open.
 */
static bool set_flags(int fd, bool nonblocking)
{
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
		return false;
	return !nonblocking || fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == 0;
}

bool process_pipe(int ends[2])
{
	return pipe(ends) == 0 && set_flags(ends[0], true) && set_flags(ends[1], true);
}

bool process_prepare(struct process *p, bool with_control)
{
	int pair[2];

	*p = (struct process){
		.out = -1, .err = -1, .control = -1, .control_child = -1, .exec_error = -1
	};
	if (!with_control)
		return true;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		return false;
	p->control = pair[0];
	p->control_child = pair[1];
	return set_flags(pair[0], true) && set_flags(pair[1], false);
}

void process_close(struct process *p)
{
	close_fd(&p->out);
	close_fd(&p->err);
	close_fd(&p->control);
	close_fd(&p->control_child);
	close_fd(&p->exec_error);
}

/* The number by which kill() and the guard know it. */
static pid_t target(const struct process *p)
{
	return p->kind == PROCESS_APART ? -p->pid : p->pid;
}

/* pipes: out, err, exec_error, each {read, write}. */
static bool redirect(enum process_kind kind, int pipes[3][2])
{
	int null;

	if (dup2(pipes[1][1], 2) < 0)
		return false;
	if (kind == PROCESS_FOREGROUND)
		return true;
	null = open("/dev/null", O_RDONLY);
	if (null < 0 || dup2(null, 0) < 0 || dup2(pipes[0][1], 1) < 0)
		return false;
	return null <= 2 || close(null) == 0;
}

/* What a child does until exec(): async-signal-safe calls only. */
static _Noreturn void child(struct process *p, char *const *argv, int pipes[3][2])
{
	p->pid = getpid();
	if (p->kind == PROCESS_APART)
		setpgid(0, 0);
	guard_add(target(p));
	if (redirect(p->kind, pipes)) {
		if (p->control_child >= 0)
			fcntl(p->control_child, F_SETFD, 0);
		signal(SIGPIPE, SIG_DFL);
		execv(argv[0], argv);
	}
	if (write(pipes[2][1], &errno, sizeof(errno)) < 0)
		_exit(126);
	_exit(127);
}

static bool make_pipes(int pipes[3][2])
{
	for (int i = 0; i < 3; i++)
		pipes[i][0] = pipes[i][1] = -1;
	for (int i = 0; i < 3; i++)
		if (pipe(pipes[i]) != 0 || !set_flags(pipes[i][0], true) ||
		    !set_flags(pipes[i][1], false))
			return false;
	return true;
}

static void close_pipes(int pipes[3][2], int end)
{
	for (int i = 0; i < 3; i++)
		close_fd(&pipes[i][end]);
}

bool process_start(struct process *p, enum process_kind kind, char *const *argv)
{
	int pipes[3][2], saved;

	p->kind = kind;
	p->pid = make_pipes(pipes) ? fork() : -1;
	if (!p->pid)
		child(p, argv, pipes);
	saved = errno;
	close_pipes(pipes, 1);
	close_fd(&p->control_child);
	if (p->pid < 0) {
		close_pipes(pipes, 0);
		process_close(p);
		p->pid = 0;
		errno = saved;
		return false;
	}
	if (kind == PROCESS_APART)
		/* here too: either may be first; after exec() it fails, harmlessly */
		setpgid(p->pid, p->pid);
	p->out = pipes[0][0];
	p->err = pipes[1][0];
	p->exec_error = pipes[2][0];
	p->start_ms = now_ms();
	return true;
}

void process_kill(const struct process *p)
{
	if (p->pid > 0)
		kill(target(p), SIGKILL);
}

static uint64_t children_cpu_us(void)
{
	struct rusage u;

	if (getrusage(RUSAGE_CHILDREN, &u) != 0)
		return 0;
	return (uint64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 +
	       (uint64_t)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

/* Has it ended? Leaves it a zombie, so that nobody else gets its number yet. */
static bool has_ended(pid_t pid)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid == pid;
}

bool process_reap(struct process *p, struct process_result *result)
{
	uint64_t before;

	if (p->pid <= 0 || !has_ended(p->pid))
		return false;
	process_kill(p);		/* what it left behind in its group */
	guard_remove(target(p));
	*result = (struct process_result){ .wall_ms = (unsigned int)(now_ms() - p->start_ms) };
	before = children_cpu_us();
	while (waitpid(p->pid, &result->wait_status, 0) < 0 && errno == EINTR)
		;
	/*
	 * RUSAGE_CHILDREN grows by exactly this child when it is waited for; wait4() is not in
	 * POSIX.
	 */
	result->cpu_ms = (unsigned int)((children_cpu_us() - before + 500) / 1000);
	if (read(p->exec_error, &result->exec_errno, sizeof(int)) != (ssize_t)sizeof(int))
		result->exec_errno = 0;
	p->pid = 0;
	return true;
}

const char *signal_name(int number)
{
	static const struct {
		int number;
		const char *name;
	} names[] = {
		{ SIGABRT, "SIGABRT" }, { SIGBUS, "SIGBUS" }, { SIGFPE, "SIGFPE" },
		{ SIGHUP, "SIGHUP" }, { SIGILL, "SIGILL" }, { SIGINT, "SIGINT" },
		{ SIGKILL, "SIGKILL" }, { SIGPIPE, "SIGPIPE" }, { SIGQUIT, "SIGQUIT" },
		{ SIGSEGV, "SIGSEGV" }, { SIGSYS, "SIGSYS" }, { SIGTERM, "SIGTERM" },
		{ SIGTRAP, "SIGTRAP" }, { SIGXCPU, "SIGXCPU" }, { SIGXFSZ, "SIGXFSZ" },
	};
	static char other[32];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].number == number)
			return names[i].name;
	snprintf(other, sizeof(other), "signal %d", number);
	return other;
}
