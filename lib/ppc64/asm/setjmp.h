/* SPDX-License-Identifier: BSD-2-Clause */
/* r1, r2, r14 to r31, LR and CR. */
#ifndef PPC64_ASM_SETJMP_H
#define PPC64_ASM_SETJMP_H

#define JMP_BUF_WORDS	22

#endif
