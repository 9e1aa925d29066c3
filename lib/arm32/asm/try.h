/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Code that may fault. asm_safe() executes an instruction, catch_exception() and run_in_user()
 * functions; each clears the calling CPU's record and lets the exception, if there is one, fill it.
 * Changes no handler. All are A32 code.
 */
#ifndef ARM32_ASM_TRY_H
#define ARM32_ASM_TRY_H

#include <stdbool.h>
#include <stdint.h>
#include "asm/fsr.h"
#include "asm/processor.h"

/* The exception as the registers said it: whole values. */
struct exception_record {
	bool raised;
	unsigned int vector;		/* enum vector */
	uint32_t fsr, far;		/* of an abort: DFSR and DFAR, or IFSR and IFAR; else 0 */
	uint32_t pc;			/* of the instruction */
	uint32_t lr;			/* as the exception stored it */
	uint32_t spsr, sp;		/* sp: of the interrupted mode */
};
struct exception_record *exception_record(void);

/*
 * What tests of both widths compare: which instruction could not be executed, with all that is said
 * of it.
 */
#define exception_syndrome()	((u64)exception_record()->vector)
#define SYNDROME_UNDEFINED	((u64)EXCPTN_UND)
/* A read of CP15 from PL0 that PL1 does not allow: nothing but undefined. */
#define SYNDROME_READ(op1, crn, crm, op2)	SYNDROME_UNDEFINED
/* A load of operand 0 from the address that operand 1 is. */
#define LOAD_BYTE		"ldrb %0, [%1]"
/* Whether it was a synchronous external abort. */
static inline bool exception_is_external(void)
{
	return (exception_record()->fsr & FSR_STATUS) == FSR_EXTERNAL;
}

/* What asm_safe() returns: the vector. */
#define __exception_result()	(exception_record()->vector)
#define __EX_WORD		".long"

#include "asm/safe.h"

#endif
