/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One image in the foreground: the console is the terminal, nothing is judged, the guest's status
 * is ours. Which file IMAGE means: foreground_image.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "ending.h"
#include "exit_line.h"
#include "foreground.h"
#include "guard.h"
#include "process.h"
#include "run.h"

#define GDB_PORT	1234
#define ASK_MS		5000	/* for the answers of a stopped machine */
#define GRACE_MS	5000	/* for the end of an interrupted one */
#define STATUS_LOST	4	/* the machine ended, but the guest did not say how */

struct foreground {
	const struct vmm *vmm;
	struct process process;
	struct process_result result;
	void *control;
	struct strbuf err;
	int copy;		/* our end of the console's copy; -1: closed */
	struct exit_line exit_line;
	bool stuck;		/* the machine stopped and was asked why */
	uint64_t deadline;	/* then it is killed; 0: none */
};

static volatile sig_atomic_t interrupted;	/* by that signal */
static int wake_pipe[2];

static void on_signal(int number)
{
	int saved = errno;

	if (number != SIGCHLD)
		interrupted = number;
	while (write(wake_pipe[1], "", 1) < 0 && errno == EINTR)
		continue;
	errno = saved;
}

/*
 * The terminal sends SIGINT to QEMU, too, which then ends in order; but a signal may be for us
 * alone.
 */
static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	if (!process_pipe(wake_pipe))
		die(EXIT_ENVIRONMENT, "cannot create a pipe: %s", strerror(errno));
	sigemptyset(&action.sa_mask);
	sigaction(SIGCHLD, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
}

/* ---- the debugger ---- */

static bool bind_port(int fd, in_port_t port, in_port_t *bound)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
	socklen_t len = sizeof(address);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &len) != 0)
		return false;
	*bound = ntohs(address.sin_port);
	return true;
}

/* The usual port if it is free, else any. */
static in_port_t free_port(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
	in_port_t port = GDB_PORT;

	if (fd < 0)
		return port;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (!bind_port(fd, GDB_PORT, &port))
		bind_port(fd, 0, &port);
	close(fd);
	return port;
}

static void push_gdb(struct strvec *words, const struct job *job)
{
	in_port_t port = free_port();

	job->vmm->debug(job, port, words);
	fprintf(stderr,
		"The guest waits for a debugger. In another terminal:\n\n"
		"  gdb %s -ex 'target remote :%u' -ex 'hbreak main' -ex continue\n\n",
		job->elf_path, (unsigned int)port);
}

/* ---- watching ---- */

/*
 * What QEMU says goes to the user at once, and is kept: it tells a QEMU that failed from a guest
 * that succeeded.
 */
static void pass_stderr(struct foreground *f)
{
	char chunk[4096];
	ssize_t n;

	while (f->process.err >= 0 && (n = read(f->process.err, chunk, sizeof(chunk))) > 0) {
		if (f->err.len < 65536)
			strbuf_add(&f->err, chunk, (size_t)n);
		fwrite(chunk, 1, (size_t)n, stderr);
	}
}

/* Where the VMM itself does not know the guest's status, the console says it. */
static void read_copy(struct foreground *f)
{
	char chunk[4096];
	ssize_t n;

	while (f->copy >= 0 && (n = read(f->copy, chunk, sizeof(chunk))) >= 0) {
		exit_line_add(&f->exit_line, chunk, (size_t)n);
		if (n == 0) {
			close(f->copy);
			f->copy = -1;
		}
	}
}

/* The VMM's end is for it alone, and blocks: nothing of the console may be lost. */
static void open_copy(struct foreground *f, struct job *job)
{
	int ends[2];

	if (!process_pipe(ends))
		die(EXIT_ENVIRONMENT, "cannot create a pipe: %s", strerror(errno));
	fcntl(ends[1], F_SETFD, 0);
	fcntl(ends[1], F_SETFL, fcntl(ends[1], F_GETFL) & ~O_NONBLOCK);
	f->copy = ends[0];
	job->console_copy = ends[1];
}

static void watch(struct foreground *f, bool gdb)
{
	const struct vmm_control_ops *ops = f->vmm->control;
	enum vmm_wish wish = f->control ? ops->io(f->control) : WISH_NONE;

	/* Under a debugger a stopped machine is nothing unusual. */
	if (wish == WISH_END && !f->stuck && !gdb) {
		f->stuck = true;
		f->deadline = now_ms() + ASK_MS;
		ops->ask(f->control);
	}
	if (interrupted && !f->deadline)
		f->deadline = now_ms() + GRACE_MS;
	if ((f->stuck && ops->answered(f->control)) || (f->deadline && now_ms() >= f->deadline))
		process_kill(&f->process);
}

static void wait_for_something(struct foreground *f)
{
	short events = f->control ? f->vmm->control->poll_events(f->control) : 0;
	struct pollfd fds[4] = {
		{ .fd = wake_pipe[0], .events = POLLIN },
		{ .fd = f->process.err, .events = POLLIN },
		{ .fd = events ? f->vmm->control->fd(f->control) : -1, .events = events },
		{ .fd = f->copy, .events = POLLIN },
	};
	char bytes[64];

	poll(fds, 4, f->deadline ? 50 : -1);
	if (fds[1].revents & (POLLHUP | POLLERR) && !(fds[1].revents & POLLIN)) {
		close(f->process.err);
		f->process.err = -1;
	}
	while (read(wake_pipe[0], bytes, sizeof(bytes)) > 0)
		;
}

/* The guest's status; what is no status of its own is said. */
static int conclude(struct foreground *f, const struct job *job)
{
	struct vmm_ending ending;
	char *text;
	int status = STATUS_LOST;

	if (f->result.exec_errno)
		die(EXIT_ENVIRONMENT, "%s cannot be executed: %s", job->instance->binary,
		    strerror(f->result.exec_errno));
	f->vmm->explain(job, f->control, f->result.wait_status, f->err.data ? f->err.data : "", -1,
			&ending);
	text = ending_describe(&ending, f->vmm->name);
	if (interrupted)
		status = EXIT_INTERRUPTED;
	else if (ending.end == END_EXIT_DEVICE)
		status = ending.status;
	else if (ending.end == END_POWER_OFF && f->exit_line.said)
		status = f->exit_line.status;
	else
		fprintf(stderr, "vmunit: %s\n", text);
	free(text);
	vmm_ending_free(&ending);
	return status;
}

int run_foreground(const struct options *options)
{
	struct foreground f = { 0 };
	struct strvec words = { 0 };
	struct plan plan;
	struct job *job = foreground_job(&plan, options);
	int status;

	guard_start();
	catch_signals();
	f.vmm = job->vmm;
	if (!process_prepare(&f.process, f.vmm->control != NULL))
		die(EXIT_ENVIRONMENT, "cannot create a socket pair: %s", strerror(errno));
	open_copy(&f, job);
	f.vmm->command(job, NULL, f.process.control_child, &words);
	if (options->gdb)
		push_gdb(&words, job);
	if (f.vmm->control) {
		f.control = f.vmm->control->open(f.process.control, job, options->gdb);
		f.process.control = -1;
	}
	if (!process_start(&f.process, PROCESS_FOREGROUND, words.v))
		die(EXIT_ENVIRONMENT, "cannot start %s: %s", words.v[0], strerror(errno));
	close(job->console_copy);
	while (!process_reap(&f.process, &f.result)) {
		wait_for_something(&f);
		pass_stderr(&f);
		read_copy(&f);
		watch(&f, options->gdb);
	}
	pass_stderr(&f);
	read_copy(&f);
	watch(&f, true);
	status = conclude(&f, job);
	if (f.control)
		f.vmm->control->close(f.control);
	process_close(&f.process);
	strvec_free(&words);
	strbuf_free(&f.err);
	foreground_free(job, &plan);
	guard_stop();
	return status;
}
