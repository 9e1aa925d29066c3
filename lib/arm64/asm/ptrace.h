/* SPDX-License-Identifier: BSD-2-Clause */
/* The saved registers of an interrupted context, and PSTATE as SPSR_EL1 holds it (Arm ARM, section D19.2.137). */
#ifndef ARM64_ASM_PTRACE_H
#define ARM64_ASM_PTRACE_H

#define PSR_MODE_EL0t		0x00
#define PSR_MODE_EL1t		0x04
#define PSR_MODE_EL1h		0x05
#define PSR_MODE_EL2t		0x08
#define PSR_MODE_EL2h		0x09
#define PSR_MODE_SPx		0x01	/* beside CurrentEL: on its own stack */
#define PSR_MODE32_BIT		0x10
#define PSR_MODE_MASK		0x0f

#define PSR_F_BIT		0x00000040
#define PSR_I_BIT		0x00000080
#define PSR_A_BIT		0x00000100
#define PSR_D_BIT		0x00000200
#define PSR_BTYPE_MASK		0x00000c00
#define PSR_SSBS_BIT		0x00001000
#define PSR_IL_BIT		0x00100000
#define PSR_SS_BIT		0x00200000
#define PSR_PAN_BIT		0x00400000
#define PSR_UAO_BIT		0x00800000
#define PSR_DIT_BIT		0x01000000
#define PSR_TCO_BIT		0x02000000
#define PSR_V_BIT		0x10000000
#define PSR_C_BIT		0x20000000
#define PSR_Z_BIT		0x40000000
#define PSR_N_BIT		0x80000000

#define CurrentEL_EL1		(1 << 2)
#define CurrentEL_EL2		(2 << 2)

/* Of struct pt_regs, for vectors.S; exceptions.c checks it. */
#define PT_SP			248
#define PT_PC			256
#define PT_PSTATE		264
#define PT_SIZE			272

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>

/*
 * What a handler changes is in force when it returns, but for sp of a context that ran on SP_EL1, which is the
 * handler's own stack.
 */
struct pt_regs {
	uint64_t regs[31];
	uint64_t sp;
	uint64_t pc;
	uint64_t pstate;
};

#define user_mode(regs)		(((regs)->pstate & PSR_MODE_MASK) == PSR_MODE_EL0t)
#define processor_mode(regs)	((regs)->pstate & PSR_MODE_MASK)
#define interrupts_enabled(regs) (!((regs)->pstate & PSR_I_BIT))
#define instruction_pointer(regs) ((regs)->pc)

#endif

#endif
