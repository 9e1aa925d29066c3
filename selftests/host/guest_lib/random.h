/* SPDX-License-Identifier: BSD-2-Clause */
/* Reproducible random numbers for generated inputs (xorshift64, Marsaglia 2003). */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdint.h>

static uint64_t random_state = 0x2545f4914f6cdd1d;

static inline uint64_t rnd(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static inline unsigned int below(unsigned int bound)
{
	return (unsigned int)(rnd() >> 32) % bound;
}

/* All sizes are about equally likely, and so are the ends of the ranges. */
static inline uint64_t rnd_number(void)
{
	uint64_t n = below(8) ? rnd() >> below(64) : 1ULL << below(64);

	return n + below(3) - 1;
}

#endif
