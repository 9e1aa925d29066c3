/* SPDX-License-Identifier: BSD-2-Clause */
/* Reproducible pseudo-random numbers: the same seed gives the same sequence on every machine. Not for secrets. */
#ifndef RAND_H
#define RAND_H

#include <stdint.h>

typedef struct {
	uint64_t state;
} prng_state;

prng_state prng_init(uint64_t seed);
uint32_t prng32(prng_state *state);
uint64_t prng64(prng_state *state);

#endif
