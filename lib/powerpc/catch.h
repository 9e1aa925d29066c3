/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside the library: the entry code, and the report of an interrupt that nobody expected. */
#ifndef POWERPC_CATCH_H
#define POWERPC_CATCH_H

/* Where vectors are: all that 0x20 bytes divide. */
#define VECTORS_START	0x100
#define VECTORS_END	0x3200

#ifndef __ASSEMBLER__
#include "asm/processor.h"

/* In exception-entry.S. */
extern char vectors[], exception_common[], exception_common_end[];
_Noreturn void enter_user(struct pt_regs *regs, unsigned long *kernel_sp);
_Noreturn void trap_return(struct pt_regs *regs);
void trap_dispatch(struct pt_regs *regs);

/* In exception-report.c: ends the case, or the image. */
_Noreturn void unexpected_trap(struct pt_regs *regs);
/* In smp.c: an external interrupt of the interrupt controller (0x500); false if nobody knows it. */
bool external_interrupt(struct pt_regs *regs);
#endif

#endif
