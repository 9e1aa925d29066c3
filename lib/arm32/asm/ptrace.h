/* SPDX-License-Identifier: BSD-2-Clause */
/* The saved registers of an interrupted context, and the CPSR (ARMv7 ARM, section B1.3). */
#ifndef ARM32_ASM_PTRACE_H
#define ARM32_ASM_PTRACE_H

#define USR_MODE		0x10
#define FIQ_MODE		0x11
#define IRQ_MODE		0x12
#define SVC_MODE		0x13
#define MON_MODE		0x16
#define ABT_MODE		0x17
#define HYP_MODE		0x1a
#define UND_MODE		0x1b
#define SYSTEM_MODE		0x1f
#define MODE_MASK		0x1f

#define PSR_T_BIT		0x00000020
#define PSR_F_BIT		0x00000040
#define PSR_I_BIT		0x00000080
#define PSR_A_BIT		0x00000100
#define PSR_E_BIT		0x00000200
#define PSR_GE_MASK		0x000f0000
#define PSR_PAN_BIT		0x00400000
#define PSR_J_BIT		0x01000000
#define PSR_Q_BIT		0x08000000
#define PSR_V_BIT		0x10000000
#define PSR_C_BIT		0x20000000
#define PSR_Z_BIT		0x40000000
#define PSR_N_BIT		0x80000000

/* Of struct pt_regs, for vectors.S; exceptions.c checks it. */
#define PT_SP			52
#define PT_LR			56
#define PT_PC			60
#define PT_PSR			64
#define PT_ORIG_R0		68
#define PT_SIZE			72

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>

/*
 * What a handler changes is in force when it returns, but for sp of a context that ran in SVC mode,
 * whose stack is the handler's own. pc is where it will go on: at the instruction of an abort or an
 * interrupt, behind one that is undefined or an SVC. SP and LR are those of the interrupted mode.
 */
struct pt_regs {
	unsigned long uregs[18];
};

#define ARM_r0			uregs[0]
#define ARM_r1			uregs[1]
#define ARM_r2			uregs[2]
#define ARM_r3			uregs[3]
#define ARM_r4			uregs[4]
#define ARM_r5			uregs[5]
#define ARM_r6			uregs[6]
#define ARM_r7			uregs[7]
#define ARM_r8			uregs[8]
#define ARM_r9			uregs[9]
#define ARM_r10			uregs[10]
#define ARM_fp			uregs[11]
#define ARM_ip			uregs[12]
#define ARM_sp			uregs[13]
#define ARM_lr			uregs[14]
#define ARM_pc			uregs[15]
#define ARM_cpsr		uregs[16]
#define ARM_ORIG_r0		uregs[17]	/* -1 */

#define user_mode(regs)		(((regs)->ARM_cpsr & MODE_MASK) == USR_MODE)
#define processor_mode(regs)	((regs)->ARM_cpsr & MODE_MASK)
#define interrupts_enabled(regs) (!((regs)->ARM_cpsr & PSR_I_BIT))
#define fast_interrupts_enabled(regs) (!((regs)->ARM_cpsr & PSR_F_BIT))
#define thumb_mode(regs)	(!!((regs)->ARM_cpsr & PSR_T_BIT))
#define instruction_pointer(regs) ((regs)->ARM_pc)

#endif

#endif
