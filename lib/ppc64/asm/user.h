/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Code for user mode, in a page of its own. Not here: entering it (run_user() of
 * <asm/processor.h>).
 */
#ifndef PPC64_ASM_USER_H
#define PPC64_ASM_USER_H

#include "libcflat.h"
#include "asm/processor.h"

#define USER_CODE	0x2000000000000ul	/* above what vmalloc.h has */

/* The instructions by which user mode ends: SC. */
#define INSN_SC		0x44000002u
#define INSN_SC_1	0x44000022u	/* with LEV 1: a hypercall */

/*
 * Puts n instructions (at most a page) and an SC behind them at USER_CODE, where user mode may
 * read and execute; then runs them with the registers of regs until the first interrupt that is
 * no interruption from outside. setup_vm() first.
 */
const struct trap_record *run_user_code(const u32 *insns, size_t n, struct pt_regs *regs);

#endif
