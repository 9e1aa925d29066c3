/* SPDX-License-Identifier: BSD-2-Clause */
/* A spinlock: 0 is free. It does not disable interrupts; a handler must not take a lock of the code that it interrupts. */
#ifndef X86_ASM_SPINLOCK_H
#define X86_ASM_SPINLOCK_H

#include <stdbool.h>
#include "asm/barrier.h"

struct spinlock {
	volatile unsigned int v;
};

static inline bool spin_trylock(struct spinlock *lock)
{
	return !__atomic_exchange_n(&lock->v, 1, __ATOMIC_ACQUIRE);
}

/* Waits by reading only, so that waiters do not steal the cache line from the owner. */
static inline void spin_lock(struct spinlock *lock)
{
	while (!spin_trylock(lock))
		while (lock->v)
			cpu_relax();
}

static inline void spin_unlock(struct spinlock *lock)
{
	__atomic_store_n(&lock->v, 0, __ATOMIC_RELEASE);
}

#endif
