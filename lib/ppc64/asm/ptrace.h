/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The context that an interrupt interrupted. What a handler changes is in force when it returns;
 * the entry code knows it.
 */
#ifndef PPC64_ASM_PTRACE_H
#define PPC64_ASM_PTRACE_H

#define PT_GPR(n)	((n) * 8)
#define PT_NIP		256
#define PT_MSR		264
#define PT_CTR		272
#define PT_LINK		280
#define PT_XER		288
#define PT_CCR		296
#define PT_TRAP		304
#define PT_DAR		312
#define PT_DSISR	320
#define PT_SIZE		336

#ifndef __ASSEMBLER__
#include <stdbool.h>

struct pt_regs {
	unsigned long gpr[32];
	unsigned long nip, msr;		/* SRR0 and SRR1 */
	unsigned long ctr, link, xer, ccr;
	unsigned long trap;		/* the vector: 0x300 */
	/* what the registers were, whether or not this interrupt sets them */
	unsigned long dar, dsisr;
	unsigned long pad;
};

/*
 * SRR1 bit 34: the interrupt came from a prefixed instruction (Power ISA 3.1, Book III, section
 * 7.5).
 */
#define SRR1_PREFIXED	0x20000000ul

static inline bool regs_is_prefix(const struct pt_regs *regs)
{
	return regs->msr & SRR1_PREFIXED;
}

/*
 * Steps over the instruction that caused a synchronous interrupt: four bytes, eight if it is
 * prefixed.
 */
static inline void regs_advance_insn(struct pt_regs *regs)
{
	regs->nip += regs_is_prefix(regs) ? 8 : 4;
}
#endif

#endif
