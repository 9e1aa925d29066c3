/* SPDX-License-Identifier: BSD-2-Clause */
/* A function on this CPU that may end by an exception; the innermost one gets it. */
#ifndef RISCV_CATCH_H
#define RISCV_CATCH_H

#include "setjmp.h"
#include "asm/processor.h"

struct catch {
	jmp_buf env;
	unsigned long status;		/* sstatus to go on with */
	struct catch *outer;
};

/* In exception-entry.S. */
extern char trap_entry[];
_Noreturn void enter_user(struct pt_regs *regs);
void trap_dispatch(struct pt_regs *regs);

/* In exception-report.c: ends the case, or the image. */
_Noreturn void unexpected_trap(struct pt_regs *regs);

#endif
