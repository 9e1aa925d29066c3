/* SPDX-License-Identifier: BSD-2-Clause */
/* What asm/try.h offers with either width: code that may fault. Tests include that. */
#ifndef ARM_ASM_SAFE_H
#define ARM_ASM_SAFE_H

#include <stdbool.h>
#include <stdint.h>

/* Kinds of entries of the exception table. */
#define EX_TRY		"0"	/* recorded, unless a handler takes it */
#define EX_QUIET	"1"	/* the library's own: before all handlers, not recorded */

#define __ASM_EX_ENTRY(from, to, kind)				\
	".pushsection .data.ex, \"aw\"\n\t"			\
	__EX_WORD " " from ", " to ", " kind "\n\t"			\
	".popsection\n\t"

struct exception_entry {
	unsigned long from, to, kind;
};

/*
 * Executes insn (assembly text, one instruction) and returns what the record has of the exception
 * (see asm/try.h), 0 if there was none. Outputs are read and written: give them a value before.
 */
#define __asm_safe(insn, outputs, ...) __extension__ ({					\
	exception_record()->raised = false;						\
	__asm__ __volatile__("1111: " insn "\n1112:\n\t" __ASM_EX_ENTRY("1111b", "1112b", EX_TRY)	\
			     : outputs : __VA_ARGS__ : "memory");			\
	exception_record()->raised ? __exception_result() : 0;				\
})
#define __no_outputs
#define asm_safe(insn, ...)			__asm_safe(insn, __no_outputs, ##__VA_ARGS__)
#define asm_safe_out1(insn, output, ...)	__asm_safe(insn, output, ##__VA_ARGS__)

/*
 * Runs function(data) until it ends or any exception but an interrupt ends it, which the record
 * then tells; says which. Interrupt masks are as before in both cases. Levels nest.
 */
bool catch_exception(void (*function)(void *data), void *data);

/*
 * Runs function(arg) at EL0 on a stack of its own and returns what it returned; if an exception
 * ended it, returns 0 and the record tells. Its code and data must be accessible there: by default
 * all is, but for what is mapped by install_page(). USER_RETURN_SVC: the SVC number that ends it,
 * for code that does not return; X0, or R0 and R1, is the result.
 */
#define USER_RETURN_SVC	0x7f1
uint64_t run_in_user(uint64_t (*function)(uint64_t arg), uint64_t arg);

#endif
