/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bits of an array of longs, by the compiler's atomic builtins (sequentially consistent); those that begin with __ are
 * not atomic. Bit n is bit n % BITS_PER_LONG of word n / BITS_PER_LONG.
 */
#ifndef ASM_GENERIC_BITOPS_H
#define ASM_GENERIC_BITOPS_H

#include <stdbool.h>

#ifndef BITS_PER_LONG
#define BITS_PER_LONG	(__SIZEOF_LONG__ * 8)
#endif

#define __bit_word(bit, array)	((array) + (bit) / BITS_PER_LONG)
#define __bit_mask(bit)		(1UL << ((bit) % BITS_PER_LONG))

static inline void set_bit(unsigned long bit, volatile unsigned long *array)
{
	__atomic_fetch_or(__bit_word(bit, array), __bit_mask(bit), __ATOMIC_SEQ_CST);
}

static inline void clear_bit(unsigned long bit, volatile unsigned long *array)
{
	__atomic_fetch_and(__bit_word(bit, array), ~__bit_mask(bit), __ATOMIC_SEQ_CST);
}

static inline void change_bit(unsigned long bit, volatile unsigned long *array)
{
	__atomic_fetch_xor(__bit_word(bit, array), __bit_mask(bit), __ATOMIC_SEQ_CST);
}

static inline bool test_and_set_bit(unsigned long bit, volatile unsigned long *array)
{
	return __atomic_fetch_or(__bit_word(bit, array), __bit_mask(bit), __ATOMIC_SEQ_CST)
		& __bit_mask(bit);
}

static inline bool test_and_clear_bit(unsigned long bit, volatile unsigned long *array)
{
	return __atomic_fetch_and(__bit_word(bit, array), ~__bit_mask(bit), __ATOMIC_SEQ_CST)
		& __bit_mask(bit);
}

static inline bool test_and_change_bit(unsigned long bit, volatile unsigned long *array)
{
	return __atomic_fetch_xor(__bit_word(bit, array), __bit_mask(bit), __ATOMIC_SEQ_CST)
		& __bit_mask(bit);
}

static inline void __set_bit(unsigned long bit, volatile unsigned long *array)
{
	*__bit_word(bit, array) |= __bit_mask(bit);
}

static inline void __clear_bit(unsigned long bit, volatile unsigned long *array)
{
	*__bit_word(bit, array) &= ~__bit_mask(bit);
}

static inline void __change_bit(unsigned long bit, volatile unsigned long *array)
{
	*__bit_word(bit, array) ^= __bit_mask(bit);
}

static inline bool test_bit(unsigned long bit, const volatile unsigned long *array)
{
	return *__bit_word(bit, array) & __bit_mask(bit);
}

#endif
