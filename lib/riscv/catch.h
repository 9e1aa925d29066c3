/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside the library: the entry code, and the report of a trap that nobody expected. */
#ifndef RISCV_CATCH_H
#define RISCV_CATCH_H

#include "asm/processor.h"

/* In exception-entry.S. */
extern char trap_entry[];
_Noreturn void enter_user(struct pt_regs *regs);
void trap_dispatch(struct pt_regs *regs);

/* In exception-report.c: ends the case, or the image. */
_Noreturn void unexpected_trap(struct pt_regs *regs);

#endif
