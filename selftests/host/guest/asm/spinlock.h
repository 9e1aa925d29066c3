/* SPDX-License-Identifier: BSD-2-Clause */
/* One thread: a lock is taken once at a time, and never by an owner. */
#ifndef GUEST_ASM_SPINLOCK_H
#define GUEST_ASM_SPINLOCK_H

#include "libcflat.h"

struct spinlock {
	unsigned int v;
};

/* Locks are dropped when an abort leaves through longjmp(): guest_alloc.c counts those that stay. */
extern int guest_locks;

static inline void spin_lock(struct spinlock *lock)
{
	assert(!lock->v);
	lock->v = 1;
	guest_locks++;
}

static inline void spin_unlock(struct spinlock *lock)
{
	assert(lock->v == 1);
	lock->v = 0;
	guest_locks--;
}

#endif
