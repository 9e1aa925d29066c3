/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * r6 to r15: what the ELF ABI supplement for s390x preserves over calls (table 1-1), but for
 * floating point.
 */
#ifndef S390X_ASM_SETJMP_H
#define S390X_ASM_SETJMP_H

#define JMP_BUF_WORDS	10

#endif
