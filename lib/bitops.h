/* SPDX-License-Identifier: BSD-2-Clause */
/* Bits: masks, single bits of arrays (from <asm/bitops.h>), and finding and counting them. */
#ifndef BITOPS_H
#define BITOPS_H

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>
#include "asm/bitops.h"
#endif
#include "linux/const.h"

#define BIT(n)			(_AC(1, UL) << (n))
#define BIT_ULL(n)		(_AC(1, ULL) << (n))

#ifndef __ASSEMBLER__

#define BITS_PER_BYTE		8
#ifndef BITS_PER_LONG
#define BITS_PER_LONG		(__SIZEOF_LONG__ * BITS_PER_BYTE)
#endif
#define BITS_PER_LONG_LONG	64

/* Bit n of an array of longs: the mask in its word, and which word that is. */
#define BIT_MASK(n)		(1UL << ((n) % BITS_PER_LONG))
#define BIT_WORD(n)		((n) / BITS_PER_LONG)
#define BITS_TO_LONGS(n)	(((n) + BITS_PER_LONG - 1) / BITS_PER_LONG)

/* Bits high to low, both included; 0 <= low <= high < the width. */
#define GENMASK(high, low) \
	((~0UL << (low)) & (~0UL >> (BITS_PER_LONG - 1 - (high))))
#define GENMASK_ULL(high, low) \
	((~0ULL << (low)) & (~0ULL >> (BITS_PER_LONG_LONG - 1 - (high))))

#define upper_32_bits(n)	((uint32_t)((uint64_t)(n) >> 32))
#define lower_32_bits(n)	((uint32_t)(n))

/* Number of the lowest and of the highest bit that is set; undefined for 0. */
static inline unsigned int __ffs(unsigned long x)
{
	return __builtin_ctzl(x);
}

static inline unsigned int __fls(unsigned long x)
{
	return BITS_PER_LONG - 1 - __builtin_clzl(x);
}

/* The highest bit that is set, counted from 1; 0 for 0. */
static inline int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

static inline int fls64(uint64_t x)
{
	uint32_t high = (uint32_t)(x >> 32);

	return high ? 32 + fls(high) : fls((uint32_t)x);
}

static inline bool is_power_of_2(unsigned long n)
{
	return n && !(n & (n - 1));
}

/* How many bits are set. The builtin would be a call into the compiler's own library. */
static inline int hweight32(uint32_t x)
{
	int n = 0;

	for (; x; x &= x - 1)
		n++;
	return n;
}

static inline int hweight64(uint64_t x)
{
	return hweight32((uint32_t)x) + hweight32((uint32_t)(x >> 32));
}

static inline int hweight_long(unsigned long x)
{
	return hweight64(x);
}

/* The smallest order with size <= 1 << order; size > 0. */
static inline unsigned int get_order(unsigned long size)
{
	return size > 1 ? __fls(size - 1) + 1 : 0;
}

/* The smallest power of two that is not less than x; 1 for 0; x at most half of the range. */
static inline unsigned long roundup_pow_of_two(unsigned long x)
{
	return 1UL << get_order(x ? x : 1);
}

#endif
#endif
