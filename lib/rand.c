/* SPDX-License-Identifier: BSD-2-Clause */
/* SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014, figure 17). */
#include "rand.h"

prng_state prng_init(uint64_t seed)
{
	return (prng_state){ seed };
}

uint64_t prng64(prng_state *state)
{
	uint64_t z = state->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* The upper half: its bits depend on all of the state's. */
uint32_t prng32(prng_state *state)
{
	return (uint32_t)(prng64(state) >> 32);
}
