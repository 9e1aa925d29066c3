/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setjmp() and longjmp() (C11 7.13), written in assembly by each architecture, which says in <asm/setjmp.h> how many
 * words (JMP_BUF_WORDS) it saves: what its ABI preserves over calls, the stack pointer and the return address.
 * Neither interrupt state nor floating point.
 */
#ifndef SETJMP_H
#define SETJMP_H

#include <asm/setjmp.h>

struct __jmp_buf {
	unsigned long words[JMP_BUF_WORDS];
};
typedef struct __jmp_buf jmp_buf[1];

/* 0, or what longjmp() was given; a local variable changed in between must be volatile. */
int setjmp(jmp_buf env) __attribute__((returns_twice));
/* Makes setjmp(env) return value, or 1 if value is 0. */
_Noreturn void longjmp(jmp_buf env, int value);

#endif
