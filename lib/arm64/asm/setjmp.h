/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What lib/setjmp.h needs of arm64: setjmp.S saves X19 to X29, the return address and the stack pointer (AAPCS64,
 * section 6.1.1).
 */
#ifndef ARM64_ASM_SETJMP_H
#define ARM64_ASM_SETJMP_H

#define JMP_BUF_WORDS	13

#endif
