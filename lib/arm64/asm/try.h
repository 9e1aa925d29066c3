/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Code that may fault. asm_safe() executes an instruction, catch_exception() and run_in_user() functions; each clears
 * the calling CPU's record and lets the exception, if there is one, fill it. Changes no handler.
 */
#ifndef ARM64_ASM_TRY_H
#define ARM64_ASM_TRY_H

#include <stdbool.h>
#include <stdint.h>
#include "asm/processor.h"

/* The exception as the registers said it: whole values. */
struct exception_record {
	bool raised;
	unsigned int vector;		/* enum vector */
	uint64_t esr, far, elr, spsr, sp;
};
struct exception_record *exception_record(void);

/* What tests of both widths compare: which instruction could not be executed, with all that is said of it but Rt. */
#define exception_syndrome()	(exception_record()->esr & ~0x3e0ull)
#define SYNDROME_UNDEFINED	((u64)ESR_ELx_EC_UNKNOWN << ESR_ELx_EC_SHIFT | ESR_ELx_IL)
/* A read of S3_op1_Ccrn_Ccrm_op2 at EL0 that EL1 does not allow. */
#define SYNDROME_READ(op1, crn, crm, op2)	((u64)ESR_ELx_EC_SYS64 << ESR_ELx_EC_SHIFT | ESR_ELx_IL | \
						 ESR_ELx_SYS64(3, op1, crn, crm, op2, 0, 1))
/* A load of operand 0 from the address that operand 1 is. */
#define LOAD_BYTE		"ldrb %w0, [%1]"
/* Whether it was a synchronous external abort. */
static inline bool exception_is_external(void)
{
	return (exception_record()->esr & ESR_ELx_FSC) == ESR_ELx_FSC_EXTABT;
}

/* What asm_safe() returns: all of ESR, which is never 0. */
#define __exception_result()	(exception_record()->esr)
#define __EX_WORD		".quad"

#include "asm/safe.h"

#endif
