/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the tests of real-address mode: runs a block of 16-bit code with given registers and compares all of them
 * afterwards. How the CPU gets there and back: switch.S. Also included by it for the constants.
 */
#ifndef REALMODE_H
#define REALMODE_H

/* Low memory: our code with the block (REAL_CS), data (DS, and ES at DATA_ES), stack. All below the first MiB. */
#define REAL_CS		0x2000
#define REAL_BASE	0x20000
#define BLOCK_OFFSET	0x2000
#define BLOCK_MAX	0x400
#define REAL_DS		0x3000
#define REAL_ES		0x3800
#define REAL_SS		0x4000
#define REAL_SP		0x1000
#define NO_EXCEPTION	0xffff

#ifndef __ASSEMBLER__
#include "case.h"
#include "x86/processor.h"

/* The layout is known to switch.S. */
struct real_regs {
	u32 eax, ebx, ecx, edx, esi, edi, ebp, esp;
	u32 eflags;
	u16 ds, es, fs, gs, ss, exception;	/* exception: the vector that ended the block */
	u16 ip, cs;				/* what that exception saved, ip from the block's start */
};

/* Values that are easily told apart; flags: none. */
#define INITIAL_REGS { .eax = 0xa1a2a3a4, .ebx = 0xb1b2b3b4, .ecx = 0xc1c2c3c4, .edx = 0xd1d2d3d4, .esi = 0xe1e20100, \
	.edi = 0xf1f20200, .ebp = 0x91920300, .esp = REAL_SP, .eflags = X86_EFLAGS_FIXED, .ds = REAL_DS, .es = REAL_ES, \
	.fs = 0x3900, .gs = 0x3a00, .ss = REAL_SS, .exception = NO_EXCEPTION }

struct real_block {
	const char *start, *end;
};

#ifdef __x86_64__
#define NATIVE_CODE	".code64\n"
#else
#define NATIVE_CODE	".code32\n"
#endif

/* Defines block_<name>. */
#define REAL_BLOCK(name, insns)								\
	asm(".pushsection .rodata\n .code16\n"						\
	    "real_" #name "_start: " insns "\n real_" #name "_end: nop\n"		\
	    NATIVE_CODE ".popsection");							\
	extern const char real_##name##_start[], real_##name##_end[];			\
	static const struct real_block block_##name = { real_##name##_start, real_##name##_end }

/* Runs block with *regs, which then holds what was left of it. */
void run_real(const struct real_block *block, struct real_regs *regs);
/* Runs block with in and compares everything with out, except the flags in undefined. */
void expect_real(const struct real_block *block, const struct real_regs *in, const struct real_regs *out, u32 undefined);

/* Memory of the block: an offset in a segment. */
static inline void *real_address(u16 segment, u16 offset)
{
	return (void *)(uintptr_t)(segment * 16u + offset);
}
#define DS8(offset)	(*(volatile u8 *)real_address(REAL_DS, offset))
#define DS16(offset)	(*(volatile u16 *)real_address(REAL_DS, offset))
#define DS32(offset)	(*(volatile u32 *)real_address(REAL_DS, offset))
#define ES16(offset)	(*(volatile u16 *)real_address(REAL_ES, offset))
#define SS16(offset)	(*(volatile u16 *)real_address(REAL_SS, offset))
#define SS32(offset)	(*(volatile u32 *)real_address(REAL_SS, offset))

/*
 * A case of one block. inputs, outputs: statements that change in, and out, which begins as a copy of in. undefined: flags that
 * the manual leaves undefined.
 */
#define INSN(name, description, insns, inputs, outputs, undefined)			\
	REAL_BLOCK(name, insns);							\
	CASE(name, description)								\
	{										\
		struct real_regs in = INITIAL_REGS, out;				\
											\
		inputs;									\
		out = in;								\
		outputs;								\
		expect_real(&block_##name, &in, &out, undefined);				\
	}

#define CF	X86_EFLAGS_CF
#define PF	X86_EFLAGS_PF
#define AF	X86_EFLAGS_AF
#define ZF	X86_EFLAGS_ZF
#define SF	X86_EFLAGS_SF
#define DF	X86_EFLAGS_DF
#define OF	X86_EFLAGS_OF
#define NONE	0
#endif

#endif
