/* SPDX-License-Identifier: BSD-2-Clause */
/* Atomic operations on plain integers of a word or less, by the compiler's builtins; sequentially consistent. */
#ifndef ASM_GENERIC_ATOMIC_H
#define ASM_GENERIC_ATOMIC_H

/* Return the value before. */
#define atomic_fetch_inc(ptr)		__atomic_fetch_add(ptr, 1, __ATOMIC_SEQ_CST)
#define atomic_fetch_dec(ptr)		__atomic_fetch_sub(ptr, 1, __ATOMIC_SEQ_CST)
/* Return the value after. */
#define atomic_inc_return(ptr)		__atomic_add_fetch(ptr, 1, __ATOMIC_SEQ_CST)
#define atomic_dec_return(ptr)		__atomic_sub_fetch(ptr, 1, __ATOMIC_SEQ_CST)

#endif
