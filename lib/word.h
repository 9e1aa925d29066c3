/* SPDX-License-Identifier: BSD-2-Clause */
/* What the memory functions need to work in words, and not to be compiled into calls of themselves. */
#ifndef WORD_H
#define WORD_H

#include <stddef.h>
#include <stdint.h>

/* May alias objects of any type (C11 6.5p7 allows that to character types only). */
typedef unsigned long __attribute__((may_alias)) word_t;
#define WORD			sizeof(word_t)
/* The byte c in every byte of a word. */
#define WORD_OF(c)		((~0UL / 0xff) * (unsigned char)(c))

#define word_aligned(p)		((uintptr_t)(p) % WORD == 0)
#define same_alignment(a, b)	(((uintptr_t)(a) ^ (uintptr_t)(b)) % WORD == 0)

/*
 * Makes the compiler forget where p comes from. A loop with it is not recognised as an idiom that it would replace by
 * a call of memcpy() or memset(), whatever the optimisation flags.
 */
#define opaque(p)		__extension__ ({ __asm__ ("" : "+r"(p)); })

#endif
