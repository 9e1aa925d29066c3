/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guard: sits in a session of its own, where no terminal's signal reaches it, and reads from
 * a pipe which VMMs live. The kernel closes the pipe when the runner dies, whatever killed it;
 * then the guard kills what is left. A VMM announces itself before it is executed and holds the
 * pipe until then, so end of file means that all are known. It knows nothing of VMMs or jobs:
 * numbers only.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "guard.h"
#include "util.h"

/* Far below PIPE_BUF, hence written and read whole (POSIX write(), "atomic"). */
struct message {
	pid_t id;
	int add;
};

static int guard_fd = -1;
static pid_t guard_pid;

struct list {
	pid_t *ids;
	size_t n, cap;
};

static void list_apply(struct list *list, const struct message *m)
{
	if (m->add) {
		if (list->n == list->cap) {
			list->cap = list->cap ? 2 * list->cap : 64;
			list->ids = xrealloc(list->ids, list->cap * sizeof(*list->ids));
		}
		list->ids[list->n++] = m->id;
		return;
	}
	for (size_t i = 0; i < list->n; i++) {
		if (list->ids[i] == m->id) {
			list->ids[i] = list->ids[--list->n];
			return;
		}
	}
}

/* One whole message; false at the end of the runner. */
static bool receive(int fd, struct message *m)
{
	size_t have = 0;

	while (have < sizeof(*m)) {
		ssize_t got = read(fd, (char *)m + have, sizeof(*m) - have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		have += (size_t)got;
	}
	return true;
}

static _Noreturn void guard_main(int fd)
{
	struct list list = { 0 };
	struct message m;

	/* Whoever reads the runner's output waits for its last holder: hold nothing. */
	for (int other = 0; other < 256; other++)
		if (other != fd)
			close(other);
	while (receive(fd, &m))
		list_apply(&list, &m);
	for (size_t i = 0; i < list.n; i++)
		kill(list.ids[i], SIGKILL);
	_exit(0);
}

static void ignore_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE };

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		signal(signals[i], SIG_IGN);
}

void guard_start(void)
{
	int ends[2];

	if (pipe(ends) != 0)
		die(EXIT_ENVIRONMENT, "cannot create a pipe: %s", strerror(errno));
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	guard_pid = fork();
	if (guard_pid < 0)
		die(EXIT_ENVIRONMENT, "cannot start the guard process: %s", strerror(errno));
	if (!guard_pid) {
		setsid();
		ignore_signals();
		guard_main(ends[0]);
	}
	close(ends[0]);
	guard_fd = ends[1];
}

static void tell(pid_t id, int add)
{
	struct message m = { .id = id, .add = add };
	int saved = errno;

	if (guard_fd >= 0)
		while (write(guard_fd, &m, sizeof(m)) < 0 && errno == EINTR)
			;
	errno = saved;
}

void guard_add(pid_t id)
{
	tell(id, 1);
}

void guard_remove(pid_t id)
{
	tell(id, 0);
}

void guard_stop(void)
{
	if (guard_fd < 0)
		return;
	close(guard_fd);
	guard_fd = -1;
	while (waitpid(guard_pid, NULL, 0) < 0 && errno == EINTR)
		;
}
