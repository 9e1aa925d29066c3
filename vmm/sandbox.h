/* SPDX-License-Identifier: BSD-2-Clause */
/* What the process gives up before the first instruction of the guest. */
#ifndef VMM_SANDBOX_H
#define VMM_SANDBOX_H

struct machine;

/* Before any thread: no new privileges, and Landlock's rules are prepared. */
void sandbox_prepare(const struct machine *m);
/*
 * By each thread of a vCPU, first of all: opens what it still needs of the file system, then has
 * none. Returns its schedstat, or -1.
 */
int sandbox_thread(int tid);
/*
 * By the main thread, all others waiting: from here on no user, no file system, and few system
 * calls.
 */
void sandbox_enter(const struct machine *m);

#endif
