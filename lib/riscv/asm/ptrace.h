/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The context that a trap interrupted. What a handler changes is in force when it returns;
 * exception-entry.S knows the layout.
 */
#ifndef RISCV_ASM_PTRACE_H
#define RISCV_ASM_PTRACE_H

#define PT_EPC		0
#define PT_X(n)		((n) * 8)	/* register xn, 1 to 31 */
#define PT_STATUS	256
#define PT_BADADDR	264
#define PT_CAUSE	272
#define PT_SIZE		288

#ifndef __ASSEMBLER__
struct pt_regs {
	unsigned long epc;
	unsigned long ra, sp, gp, tp;
	unsigned long t0, t1, t2;
	unsigned long s0, s1;
	unsigned long a0, a1, a2, a3, a4, a5, a6, a7;
	unsigned long s2, s3, s4, s5, s6, s7, s8, s9, s10, s11;
	unsigned long t3, t4, t5, t6;
	unsigned long status;		/* sstatus */
	unsigned long badaddr;		/* stval */
	unsigned long cause;		/* scause */
	unsigned long orig_a0;		/* not used */
};
#endif

#endif
