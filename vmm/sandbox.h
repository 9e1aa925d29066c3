/* SPDX-License-Identifier: BSD-2-Clause */
/* What the process gives up before the first instruction of the guest. */
#ifndef VMM_SANDBOX_H
#define VMM_SANDBOX_H

struct machine;
struct vcpu;

/* Before any thread: no new privileges, and Landlock's rules are prepared. */
void sandbox_prepare(const struct machine *m);
/*
 * By each vCPU's thread, first of all: opens what it still needs of the file system, then has none.
 */
void sandbox_thread(struct vcpu *vcpu);
/*
 * By the main thread, all others waiting: from here on no user, no file system, and few system
 * calls.
 */
void sandbox_enter(const struct machine *m);

#endif
