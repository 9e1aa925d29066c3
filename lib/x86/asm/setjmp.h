/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What lib/setjmp.h needs of x86: how many words a jmp_buf has. setjmp.S saves there the registers that a call
 * preserves (psABI: RBX, RBP, R12-R15; i386: EBX, ESI, EDI, EBP), the stack pointer and the return address.
 */
#ifndef X86_ASM_SETJMP_H
#define X86_ASM_SETJMP_H

#ifdef __x86_64__
#define JMP_BUF_WORDS	8
#else
#define JMP_BUF_WORDS	6
#endif

#endif
