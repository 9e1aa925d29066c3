/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * 64-bit division for targets whose words have 32 bits: the functions that compilers call for it (GCC internals, "The
 * GCC low-level runtime library"). Elsewhere nothing refers to them. Dividing by zero is undefined, as in C.
 */
#include <stdint.h>
#include "udivdi3.h"

/* How often d can be doubled without exceeding the bits of n, for n >= d >= 1. */
static int headroom(uint64_t n, uint64_t d)
{
	uint32_t n_high = (uint32_t)(n >> 32), d_high = (uint32_t)(d >> 32);
	int n_bits = n_high ? 64 - __builtin_clz(n_high) : 32 - __builtin_clz((uint32_t)n);
	int d_bits = d_high ? 64 - __builtin_clz(d_high) : 32 - __builtin_clz((uint32_t)d);

	return n_bits - d_bits;
}

uint64_t __udivmoddi4(uint64_t n, uint64_t d, uint64_t *remainder)
{
	uint64_t quotient = 0;

	if (!((n | d) >> 32)) {
		if (remainder)
			*remainder = (uint32_t)n % (uint32_t)d;
		return (uint32_t)n / (uint32_t)d;
	}
	if (n >= d && d) {
		int i = headroom(n, d);

		for (d <<= i; i >= 0; i--, d >>= 1) {
			quotient <<= 1;
			if (n >= d) {
				n -= d;
				quotient |= 1;
			}
		}
	}
	if (remainder)
		*remainder = n;
	return quotient;
}

uint64_t __udivdi3(uint64_t n, uint64_t d)
{
	return __udivmoddi4(n, d, 0);
}

uint64_t __umoddi3(uint64_t n, uint64_t d)
{
	uint64_t remainder;

	__udivmoddi4(n, d, &remainder);
	return remainder;
}

static uint64_t magnitude(int64_t x)
{
	return x < 0 ? -(uint64_t)x : (uint64_t)x;
}

/* The quotient goes towards zero, and the remainder has the sign of n (C11 6.5.5p6). */
int64_t __divmoddi4(int64_t n, int64_t d, int64_t *remainder)
{
	uint64_t rest, quotient = __udivmoddi4(magnitude(n), magnitude(d), &rest);

	*remainder = (int64_t)(n < 0 ? -rest : rest);
	return (int64_t)((n < 0) != (d < 0) ? -quotient : quotient);
}

int64_t __divdi3(int64_t n, int64_t d)
{
	int64_t remainder;

	return __divmoddi4(n, d, &remainder);
}

int64_t __moddi3(int64_t n, int64_t d)
{
	int64_t remainder;

	__divmoddi4(n, d, &remainder);
	return remainder;
}
