/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Operations on single bits of an array of longs, as one locked instruction each. Those that begin with __ are not
 * atomic between CPUs. bit: 0 to the array's end; negative bits are not supported.
 */
#ifndef X86_ASM_BITOPS_H
#define X86_ASM_BITOPS_H

#include <stdbool.h>

#ifdef __x86_64__
#define BITS_PER_LONG	64
#else
#define BITS_PER_LONG	32
#endif

/* The register form of the bit offset reaches beyond the addressed word, hence the memory clobber. */
#define X86_BIT_OP(name, prefix, op)							\
	static inline void name(unsigned long bit, volatile unsigned long *array)	\
	{										\
		__asm__ __volatile__(prefix op " %1, %0"				\
				     : "+m" (*array) : "r" (bit) : "memory", "cc");	\
	}
#define X86_TEST_BIT_OP(name, prefix, op)						\
	static inline bool name(unsigned long bit, volatile unsigned long *array)	\
	{										\
		bool old;								\
											\
		__asm__ __volatile__(prefix op " %2, %1; setc %0"			\
				     : "=qm" (old), "+m" (*array) : "r" (bit) : "memory", "cc"); \
		return old;								\
	}

#ifdef __x86_64__
#define X86_LONG_OP(op)	op "q"
#else
#define X86_LONG_OP(op)	op "l"
#endif

X86_BIT_OP(set_bit, "lock; ", X86_LONG_OP("bts"))
X86_BIT_OP(clear_bit, "lock; ", X86_LONG_OP("btr"))
X86_BIT_OP(change_bit, "lock; ", X86_LONG_OP("btc"))
X86_BIT_OP(__set_bit, "", X86_LONG_OP("bts"))
X86_BIT_OP(__clear_bit, "", X86_LONG_OP("btr"))
X86_BIT_OP(__change_bit, "", X86_LONG_OP("btc"))
X86_TEST_BIT_OP(test_and_set_bit, "lock; ", X86_LONG_OP("bts"))
X86_TEST_BIT_OP(test_and_clear_bit, "lock; ", X86_LONG_OP("btr"))
X86_TEST_BIT_OP(test_and_change_bit, "lock; ", X86_LONG_OP("btc"))

static inline bool test_bit(unsigned long bit, const volatile unsigned long *array)
{
	return array[bit / BITS_PER_LONG] >> (bit % BITS_PER_LONG) & 1;
}

#undef X86_BIT_OP
#undef X86_TEST_BIT_OP
#undef X86_LONG_OP

#endif
