/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What lib/setjmp.h needs of arm: setjmp.S saves R4 to R11, the stack pointer and the return
 * address (AAPCS32, section 6.1.1).
 */
#ifndef ARM32_ASM_SETJMP_H
#define ARM32_ASM_SETJMP_H

#define JMP_BUF_WORDS	10

#endif
