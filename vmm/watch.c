/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The main thread while the guest runs: waits for its end, with an ear for the runner, the clock
 * and signals.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "console.h"
#include "control.h"
#include "gdb.h"
#include "machine.h"

#define LOOK_MS	50	/* how long the console may lie in KVM's ring */

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	interrupted = number;
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* The vCPUs' threads inherited a mask without these, and poll() is interrupted by them. */
void machine_catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

void machine_watch(struct machine *m)
{
	uint64_t deadline = m->options->timeout_s ? now_ms() + m->options->timeout_s * 1000ull
						  : UINT64_MAX;
	struct pollfd fds[3] = {
		{ .fd = m->wake_fd, .events = POLLIN },
		{ .fd = m->options->control_fd, .events = POLLIN },
		{ .fd = -1, .events = POLLIN },
	};
	uint64_t wakes;

	while (m->ending.end == END_NONE) {
		int n;

		fds[2].fd = gdb_fd();
		n = poll(fds, 3, LOOK_MS);
		console_flush(m);
		if (n > 0 && ((fds[0].revents && read(m->wake_fd, &wakes, sizeof(wakes)) > 0) ||
			      fds[2].revents))
			gdb_look(m);
		if (n > 0 && fds[1].revents && !control_read(m))
			machine_end(m, NULL, END_INTERRUPTED, 0, "the runner is gone");
		if (interrupted)
			machine_end(m, NULL, END_INTERRUPTED, 0, "by %s", strsignal(interrupted));
		if (now_ms() >= deadline)
			machine_end(m, NULL, END_TIMEOUT, 0, "after %u s", m->options->timeout_s);
	}
}
