/* SPDX-License-Identifier: BSD-2-Clause */
/* Atomic counters of 32 and 64 bits, sequentially consistent. On i386 the 64-bit ones use CMPXCHG8B. */
#ifndef X86_ATOMIC_H
#define X86_ATOMIC_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
	volatile int counter;
} atomic_t;

#define ATOMIC_INIT(i)	{ (i) }

static inline int atomic_read(const atomic_t *v)
{
	return v->counter;
}

static inline void atomic_set(atomic_t *v, int i)
{
	v->counter = i;
}

static inline int atomic_fetch_add(int i, atomic_t *v)
{
	return __atomic_fetch_add(&v->counter, i, __ATOMIC_SEQ_CST);
}

static inline void atomic_add(int i, atomic_t *v)
{
	atomic_fetch_add(i, v);
}

static inline void atomic_inc(atomic_t *v)
{
	atomic_fetch_add(1, v);
}

static inline void atomic_dec(atomic_t *v)
{
	atomic_fetch_add(-1, v);
}

static inline int atomic_inc_fetch(atomic_t *v)
{
	return atomic_fetch_add(1, v) + 1;
}

/* Decrements, and says whether the counter is zero now. */
static inline bool atomic_dec_and_test(atomic_t *v)
{
	return atomic_fetch_add(-1, v) == 1;
}

typedef struct {
	volatile uint64_t counter __attribute__((aligned(8)));
} atomic64_t;

#define ATOMIC64_INIT(i) { (i) }

/* Stores new if v holds old; returns what v held. */
static inline uint64_t atomic64_cmpxchg(atomic64_t *v, uint64_t old, uint64_t new)
{
#ifdef __x86_64__
	__asm__ __volatile__("lock; cmpxchgq %2, %1"
			     : "+a" (old), "+m" (v->counter) : "r" (new) : "memory", "cc");
#else
	__asm__ __volatile__("lock; cmpxchg8b %1"
			     : "+A" (old), "+m" (v->counter)
			     : "b" ((uint32_t)new), "c" ((uint32_t)(new >> 32)) : "memory", "cc");
#endif
	return old;
}

/* Whole also where a word has 32 bits: exchanging a value for itself reads it. */
static inline uint64_t atomic64_read(const atomic64_t *v)
{
#ifdef __x86_64__
	return v->counter;
#else
	return atomic64_cmpxchg((atomic64_t *)v, 0, 0);
#endif
}

static inline void atomic64_set(atomic64_t *v, uint64_t i)
{
	uint64_t old = v->counter, seen;

	while ((seen = atomic64_cmpxchg(v, old, i)) != old)
		old = seen;
}

static inline uint64_t atomic64_fetch_add(uint64_t i, atomic64_t *v)
{
	uint64_t old = v->counter, seen;

	while ((seen = atomic64_cmpxchg(v, old, old + i)) != old)
		old = seen;
	return old;
}

static inline void atomic64_inc(atomic64_t *v)
{
	atomic64_fetch_add(1, v);
}

static inline void atomic64_dec(atomic64_t *v)
{
	atomic64_fetch_add(-1, v);
}

#endif
