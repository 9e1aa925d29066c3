/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of process.c and guard.c: what children say and how they end, and that none outlives its
 * runner.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include "check.h"
#include "guard.h"
#include "process.h"
#include "util.h"

static struct process_result result;

/* All of fd until its end, or what came within two seconds. */
static const char *read_all(int fd)
{
	static char text[4096];
	size_t len = 0;
	uint64_t end = now_ms() + 2000;

	while (now_ms() < end && len < sizeof(text) - 1) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t n;

		poll(&p, 1, 100);
		n = read(fd, text + len, sizeof(text) - 1 - len);
		if (n == 0)
			break;
		len += n > 0 ? (size_t)n : 0;
	}
	text[len] = '\0';
	return text;
}

/* Reaps it within five seconds. */
static bool reap(struct process *p)
{
	for (int i = 0; i < 500; i++) {
		if (process_reap(p, &result))
			return true;
		poll(NULL, 0, 10);
	}
	return false;
}

static void start(struct process *p, const char *script, bool with_control)
{
	char *const argv[] = { (char *)"/bin/sh", (char *)"-c", (char *)script, NULL };

	CHECK(process_prepare(p, with_control));
	CHECK(process_start(p, PROCESS_APART, argv));
}

static void output_comes_apart(void)
{
	struct process p;

	start(&p, "cat; echo out; echo err >&2; exit 3", false);
	CHECK_STRING(read_all(p.out), "out\n");
	CHECK_STRING(read_all(p.err), "err\n");
	CHECK(reap(&p));
	CHECK(WIFEXITED(result.wait_status));
	CHECK_NUMBER(WEXITSTATUS(result.wait_status), 3);
	CHECK_NUMBER(result.exec_errno, 0);
	process_close(&p);
}

static void what_is_not_there_is_told(void)
{
	char *const argv[] = { (char *)"/no/such/program", NULL };
	struct process p;

	CHECK(process_prepare(&p, true));
	CHECK(process_start(&p, PROCESS_APART, argv));
	CHECK(reap(&p));
	CHECK_NUMBER(result.exec_errno, ENOENT);
	process_close(&p);
}

static void the_control_socket_is_inherited(void)
{
	struct process p;
	char script[100];

	CHECK(process_prepare(&p, true));
	snprintf(script, sizeof(script), "read line <&%d; echo \"got $line\" >&%d", p.control_child,
		 p.control_child);
	CHECK(write(p.control, "word\n", 5) == 5);
	CHECK(process_start(&p, PROCESS_APART,
			    (char *const[]){ (char *)"/bin/sh", (char *)"-c", script, NULL }));
	CHECK_STRING(read_all(p.control), "got word\n");
	CHECK(reap(&p));
	process_close(&p);
}

/* A second child that held the first one's pipe would keep it open. */
static void children_do_not_hold_each_others_pipes(void)
{
	struct process first, second;

	start(&first, "exit 0", true);
	start(&second, "sleep 60", true);
	CHECK_STRING(read_all(first.out), "");
	CHECK_STRING(read_all(first.control), "");
	CHECK(reap(&first));
	process_kill(&second);
	CHECK(reap(&second));
	process_close(&first);
	process_close(&second);
}

/* What nobody has reaped yet is dead all the same: init may take its time. */
static bool is_running(pid_t pid)
{
	char command[64], state[16] = "";
	FILE *ps;

	snprintf(command, sizeof(command), "ps -o stat= -p %ld", (long)pid);
	ps = popen(command, "r");
	if (!ps || !fgets(state, sizeof(state), ps))
		state[0] = '\0';
	if (ps)
		pclose(ps);
	return state[0] && state[0] != 'Z';
}

/* Two seconds are plenty for a SIGKILL. */
static bool is_alive(pid_t pid)
{
	for (int i = 0; i < 100; i++) {
		if (!is_running(pid))
			return false;
		poll(NULL, 0, 20);
	}
	return true;
}

static void the_whole_group_dies(void)
{
	char line[32] = "";
	struct process p;
	pid_t grandchild;

	start(&p, "sleep 60 & echo $!; exec sleep 60", false);
	poll(&(struct pollfd){ .fd = p.out, .events = POLLIN }, 1, 5000);
	CHECK(read(p.out, line, sizeof(line) - 1) > 0);
	grandchild = (pid_t)atol(line);
	CHECK(grandchild > 1);
	process_kill(&p);
	CHECK(reap(&p));
	CHECK_NUMBER(WTERMSIG(result.wait_status), SIGKILL);
	CHECK(!is_alive(grandchild));
	process_close(&p);
}

static void cpu_time_is_the_childs_own(void)
{
	struct process p;

	start(&p, "i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done", false);
	CHECK(reap(&p));
	CHECK(result.cpu_ms > 5 && result.cpu_ms < 5000);
	process_close(&p);
	start(&p, "exit 0", false);
	CHECK(reap(&p));
	CHECK(result.cpu_ms < 100);
	process_close(&p);
}

/* Stands for a runner: starts a VMM, says its number, and then ends as told. */
static void runner(void *end)
{
	struct process p;

	guard_start();
	start(&p, "exec sleep 60", false);
	printf("%ld\n", (long)p.pid);
	fflush(stdout);
	if (strcmp(end, "kill") == 0)
		kill(getpid(), SIGKILL);
	if (strcmp(end, "die") == 0)
		die(EXIT_ENVIRONMENT, "as told");
	if (strcmp(end, "stop") == 0)
		guard_stop();
	_exit(0);
}

static void nothing_outlives_the_runner(void)
{
	static const char *const ends[] = { "kill", "die", "exit", "stop" };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		int status;
		long pid = atol(check_child(runner, (void *)ends[i], &status));

		CHECK(pid > 1);
		CHECK(!is_alive((pid_t)pid));
	}
}

/* What ended in order must not be killed: its number may be another's by then. */
static void forgotten(void *unused)
{
	struct process p;

	(void)unused;
	guard_start();
	start(&p, "echo; exec sleep 60", false);
	/* it has announced itself long ago */
	poll(&(struct pollfd){ .fd = p.out, .events = POLLIN }, 1, 5000);
	guard_remove(-p.pid);
	printf("%ld\n", (long)p.pid);
	fflush(stdout);
	_exit(0);
}

static void what_was_removed_is_spared(void)
{
	int status;
	pid_t pid = (pid_t)atol(check_child(forgotten, NULL, &status));

	poll(NULL, 0, 200);
	CHECK(is_running(pid));
	kill(pid, SIGKILL);
}

int main(void)
{
	RUN(output_comes_apart);
	RUN(what_is_not_there_is_told);
	RUN(the_control_socket_is_inherited);
	RUN(children_do_not_hold_each_others_pipes);
	RUN(the_whole_group_dies);
	RUN(cpu_time_is_the_childs_own);
	RUN(nothing_outlives_the_runner);
	RUN(what_was_removed_is_spared);
	return check_status();
}
