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

/* Kinds of entries of the exception table. */
#define EX_TRY		"0"	/* recorded, unless a handler takes it */
#define EX_QUIET	"1"	/* the library's own: before all handlers, not recorded */

#define __ASM_EX_ENTRY(from, to, kind)				\
	".pushsection .data.ex, \"aw\"\n\t"			\
	".quad " from ", " to ", " kind "\n\t"			\
	".popsection\n\t"

struct exception_entry {
	unsigned long from, to, kind;
};

/*
 * Executes insn (assembly text, one instruction) and returns the record's ESR, 0 if there was no exception. Outputs
 * are read and written: give them a value before.
 */
#define __asm_safe(insn, outputs, ...) __extension__ ({					\
	exception_record()->raised = false;						\
	__asm__ __volatile__("1111: " insn "\n1112:\n\t" __ASM_EX_ENTRY("1111b", "1112b", EX_TRY)	\
			     : outputs : __VA_ARGS__ : "memory");			\
	exception_record()->raised ? exception_record()->esr : 0;			\
})
#define __no_outputs
#define asm_safe(insn, ...)			__asm_safe(insn, __no_outputs, ##__VA_ARGS__)
#define asm_safe_out1(insn, output, ...)	__asm_safe(insn, output, ##__VA_ARGS__)

/*
 * Runs function(data) until it ends or any synchronous exception (or, SError) ends it, which the record then tells;
 * says which. Interrupt masks are as before in both cases. Levels nest.
 */
bool catch_exception(void (*function)(void *data), void *data);

/*
 * Runs function(arg) at EL0 on a stack of its own and returns what it returned; if an exception ended it, returns 0 and
 * the record tells. Its code and data must be accessible there: by default all is, but for what is mapped by
 * install_page(). user_svc(): the SVC number that ends it, for code that does not return.
 */
#define USER_RETURN_SVC	0x7f1
uint64_t run_in_user(uint64_t (*function)(uint64_t arg), uint64_t arg);

/* Copies a word that may not be readable: false if it faults. Leaves the record alone. */
bool try_read_word(const void *address, unsigned long *value);

#endif
