/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Traps that are expected: instructions that may trap, functions that may end by one. For ports
 * whose entry code saves a struct pt_regs; what the shared part asks of them is in their
 * <asm/traps.h>. <asm/processor.h> includes this.
 */
#ifndef TRAPS_TRAPS_H
#define TRAPS_TRAPS_H

#include "libcflat.h"
#include "traps/trap_state.h"

/*
 * Of the last trap_try(), catch_trap() or run_user() of this CPU: raised is false if there was no
 * trap.
 */
const struct trap_record *trap_record(void);
void trap_record_clear(void);
void trap_record_restore(const struct trap_record *record);

/* The kinds of entries of the exception table. */
#define EX_TRY		"0"	/* a test's: recorded */
#define EX_QUIET	"1"	/* the library's own: not recorded */

#define EX_ENTRY(from, to, kind)				\
	".pushsection .data.ex, \"aw\"\n\t"			\
	".8byte " from ", " to ", " kind "\n\t"			\
	".popsection\n\t"

/*
 * Runs instructions (assembly text, operands as in extended asm); a trap in them is recorded and
 * ends them. Returns whether there was one. Give outputs a value before.
 *
 *	trapped = trap_try("ld %0, 0(%1)", "+r" (value), TRAP_BASE (address));
 */
#define trap_try(insns, output, ...) __extension__ ({					\
	trap_record_clear();								\
	__asm__ __volatile__("7771: " insns "\n7772:\n\t"				\
			     EX_ENTRY("7771b", "7772b", EX_TRY)				\
			     : output : __VA_ARGS__ : TRAP_CLOBBERS);			\
	trap_record()->raised;								\
})
/* The same without an output. */
#define trap_try_in(insns, ...) __extension__ ({					\
	trap_record_clear();								\
	__asm__ __volatile__("7771: " insns "\n7772:\n\t"				\
			     EX_ENTRY("7771b", "7772b", EX_TRY)				\
			     : : __VA_ARGS__ : TRAP_CLOBBERS);				\
	trap_record()->raised;								\
})

/*
 * Runs function(data): a trap anywhere in it is recorded and ends it. Returns whether there was
 * one.
 */
bool catch_trap(void (*function)(void *data), void *data);

/* ---- for the port ---- */

/*
 * From its dispatch: the exception table and the innermost catch are asked. True: regs go on where
 * they say.
 */
bool trap_expected(struct pt_regs *regs);
/* Begins a catch; setjmp(c->env) comes next. */
void catch_push(struct catch *c);

/*
 * Its own: decodes a trap into buf, whole lines, always terminated; returns the length that it
 * needed (as snprintf).
 */
size_t format_trap(char *buf, size_t size, const struct pt_regs *regs);
/* Its own: the interrupted instruction, then its callers; returns how many, at most max. */
int trap_frames(const struct pt_regs *regs, const void **frames, int max);

/*
 * Says what trapped, first the words of before, with the stack trace of regs if from is 0, else as
 * if it was at from.
 */
_Noreturn void trap_report(struct pt_regs *regs, const char *before, unsigned long from);

#include "asm/traps.h"

#endif
