/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guard: a process of its own that outlives the runner for an instant and kills every VMM
 * that is still there.
 */
#ifndef GUARD_H
#define GUARD_H

#include <sys/types.h>

/* Forks the guard. To be called once, before anything large is read; insists. */
void guard_start(void);
/*
 * Puts a process under guard: id > 0 a process, id < 0 the process group -id. Called by the child
 * itself between fork() and exec(), so that there is no instant in which the guard does not know
 * it. Async-signal-safe.
 */
void guard_add(pid_t id);
/* To be called before the process is reaped, while its number cannot be another's. */
void guard_remove(pid_t id);
/*
 * Lets the guard go and waits for it. It kills what is still listed, so this also ends everything
 * at once.
 */
void guard_stop(void);

#endif
