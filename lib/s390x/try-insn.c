/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One instruction, and a branch back behind it: see try-insn.h. Boot CPU only, since there is one
 * buffer.
 */
#include "s390x/try-insn.h"

#define BR_14	0x07fe

static u16 code[4] __aligned(8);

unsigned int insn_length(u64 insn)
{
	static const unsigned char lengths[] = { 2, 4, 4, 6 };

	return lengths[insn >> 46 & 3];
}

u64 try_insn_address(void)
{
	return (u64)code;
}

static void write_code(u64 insn)
{
	unsigned int halfwords = insn_length(insn) / 2;

	for (unsigned int i = 0; i < halfwords; i++)
		code[i] = insn >> (32 - 16 * i);
	code[halfwords] = BR_14;
}

static void run(u64 grs[TRY_INSN_GRS], unsigned int *cc)
{
	u64 after = 0;

	__asm__ __volatile__("lgr %%r6,%1\n\tlgr %%r7,%2\n\tlmg %%r0,%%r5,0(%%r6)\n\t"
			     "basr %%r14,%%r7\n\t"
			     "stmg %%r0,%%r5,0(%%r6)\n\tipm %0\n\tsrl %0,28"
			     : "+&d" (after)
			     : "a" (grs), "a" (code)
			     : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r14", "cc",
			       "memory");
	if (cc)
		*cc = after & 3;
}

u16 try_insn(u64 insn, u64 grs[TRY_INSN_GRS], unsigned int *cc)
{
	write_code(insn);
	expect_pgm_int();
	run(grs, cc);
	return clear_pgm_int();
}

u16 try_insn_as_problem(u64 insn, u64 grs[TRY_INSN_GRS], unsigned int *cc)
{
	u16 pgm;

	write_code(insn);
	expect_pgm_int();
	enter_pstate();
	run(grs, cc);
	pgm = clear_pgm_int();
	leave_pstate();
	return pgm;
}
