/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bits of arrays as asm-generic/bitops.h has them, and the same counted as the Principles of
 * Operation do: from the left.
 */
#ifndef S390X_ASM_BITOPS_H
#define S390X_ASM_BITOPS_H

#include "asm-generic/bitops.h"

/* Bit 0 is the leftmost one of the first word. */
static inline bool test_bit_inv(unsigned long bit, const volatile unsigned long *array)
{
	return test_bit(bit ^ (BITS_PER_LONG - 1), array);
}

#endif
