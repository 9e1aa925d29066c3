/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs one instruction that is given by its bytes: for tables of instructions, some of which a
 * machine may lack or must refuse. It is not for branches.
 */
#ifndef S390X_TRY_INSN_H
#define S390X_TRY_INSN_H

#include "asm/interrupt.h"

#define TRY_INSN_GRS	6

/*
 * insn: its bytes from the left of the low 48 bits, as many as its first two bits say:
 * INSN4(0xb2121000) is STAP 0(1). grs: general registers 0 to 5, before and after. Returns the
 * program-interruption code, 0 for none; pgm_record() has the rest. *cc (NULL: not wanted): the
 * condition code behind it, if it was not interrupted.
 */
u16 try_insn(u64 insn, u64 grs[TRY_INSN_GRS], unsigned int *cc);
/*
 * The same in problem state. A privileged-operation exception ends that, as always; in any case it
 * is over behind the call.
 */
u16 try_insn_as_problem(u64 insn, u64 grs[TRY_INSN_GRS], unsigned int *cc);

#define INSN2(code)	((u64)(code) << 32)
#define INSN4(code)	((u64)(code) << 16)
#define INSN6(code)	((u64)(code))

/* Bytes: 2, 4 or 6. */
unsigned int insn_length(u64 insn);
/* Where the instruction of the last try was. */
u64 try_insn_address(void);

#endif
