/* SPDX-License-Identifier: BSD-2-Clause */
/* One child process, with pipes for what it says and a socket to talk to it. */
#ifndef PROCESS_H
#define PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum process_kind {
	PROCESS_APART,			/* in a process group of its own, stdin is /dev/null */
	PROCESS_FOREGROUND,		/* in the runner's group, on its stdin and stdout */
};

struct process {
	pid_t pid;			/* 0: not running */
	enum process_kind kind;
	/* our ends of its stdout and stderr, non-blocking; -1: closed, or not ours */
	int out, err;
	/* our end of the socket pair, non-blocking; -1: none, or given away */
	int control;
	int control_child;		/* its end: the number it has there; -1 once started */
	int exec_error;			/* says why exec() failed; closed by a successful one */
	uint64_t start_ms;
};

struct process_result {
	int wait_status;		/* as waitpid() gives it */
	unsigned int wall_ms, cpu_ms;	/* cpu: user and system, its reaped children's too */
	int exec_errno;			/* not 0: it was never executed */
};

/* A pipe of which no child inherits an end; both ends non-blocking. false with errno set. */
bool process_pipe(int ends[2]);
/* Makes the pipes and, if wanted, the socket pair. false with errno set. */
bool process_prepare(struct process *p, bool with_control);
/* Starts argv[0] (a path, not looked up). false with errno set; then p is closed. */
bool process_start(struct process *p, enum process_kind kind, char *const *argv);
/* SIGKILL to it, and to its whole group if that is its own. */
void process_kill(const struct process *p);
/* If the process has ended: kills the rest of its group, reaps it, fills *result. Does not wait. */
bool process_reap(struct process *p, struct process_result *result);
void process_close(struct process *p);

/* "SIGSEGV" and its like; "signal 42" for those without a name. */
const char *signal_name(int signal);

#endif
