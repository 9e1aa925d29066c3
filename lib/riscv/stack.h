/* SPDX-License-Identifier: BSD-2-Clause */
/* Stack traces of interrupted contexts. */
#ifndef RISCV_STACK_H
#define RISCV_STACK_H

#include "asm/ptrace.h"

/* The interrupted instruction, then its callers; returns how many, at most max. */
int trap_frames(const struct pt_regs *regs, const void **frames, int max);

#endif
