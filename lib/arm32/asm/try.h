/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Code that may fault. asm_safe() executes an instruction, catch_exception() and run_in_user() functions; each clears
 * the calling CPU's record and lets the exception, if there is one, fill it. Changes no handler. All are A32 code.
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
	uint32_t pc;			/* of the instruction: the vector's offset is taken from LR */
	uint32_t lr;			/* as the exception stored it */
	uint32_t spsr, sp;		/* sp: of the interrupted mode */
};
struct exception_record *exception_record(void);

/* What tests of both widths compare: which instruction could not be executed, with all that is said of it. */
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

/* Kinds of entries of the exception table. */
#define EX_TRY		"0"	/* recorded, unless a handler takes it */
#define EX_QUIET	"1"	/* the library's own: before all handlers, not recorded */

#define __ASM_EX_ENTRY(from, to, kind)				\
	".pushsection .data.ex, \"aw\"\n\t"			\
	".long " from ", " to ", " kind "\n\t"			\
	".popsection\n\t"

struct exception_entry {
	unsigned long from, to, kind;
};

/*
 * Executes insn (assembly text, one instruction) and returns the vector of its exception, 0 if there was none. Outputs
 * are read and written: give them a value before.
 */
#define __asm_safe(insn, outputs, ...) __extension__ ({					\
	exception_record()->raised = false;						\
	__asm__ __volatile__("1111: " insn "\n1112:\n\t" __ASM_EX_ENTRY("1111b", "1112b", EX_TRY)	\
			     : outputs : __VA_ARGS__ : "memory");			\
	exception_record()->raised ? exception_record()->vector : 0;			\
})
#define __no_outputs
#define asm_safe(insn, ...)			__asm_safe(insn, __no_outputs, ##__VA_ARGS__)
#define asm_safe_out1(insn, output, ...)	__asm_safe(insn, output, ##__VA_ARGS__)

/*
 * Runs function(data) until it ends or any exception but an interrupt ends it, which the record then tells; says which.
 * Interrupt masks are as before in both cases. Levels nest.
 */
bool catch_exception(void (*function)(void *data), void *data);

/*
 * Runs function(arg) at PL0 on a stack of its own and returns what it returned; if an exception ended it, returns 0 and
 * the record tells. Its code and data must be accessible there: by default all is, but for what is mapped by
 * install_page(). USER_RETURN_SVC: the SVC number that ends it, for code that does not return; R0 and R1 are the result.
 */
#define USER_RETURN_SVC	0x7f1
uint64_t run_in_user(uint64_t (*function)(uint64_t arg), uint64_t arg);

/* Copies a word that may not be readable: false if it faults. Leaves the record and the fault registers alone. */
bool try_read_word(const void *address, unsigned long *value);

#endif
