/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What lib/setjmp.h needs of RISC-V: setjmp.S saves the return address, the stack pointer and s0 to
 * s11.
 */
#ifndef RISCV_ASM_SETJMP_H
#define RISCV_ASM_SETJMP_H

#define JMP_BUF_WORDS	14

#endif
