/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests of #DB: code with marks where a #DB should find RIP, and a handler that keeps every #DB in a list. */
#ifndef DEBUG_TRACE_H
#define DEBUG_TRACE_H

#include "case.h"
#include "asm/debugreg.h"
#include "x86/desc.h"
#include "x86/processor.h"

/* One line of assembly each. SET_TF: the instruction behind it is the first that traps. */
#define SET_TF		"pushf; orl $0x100, (%" R "sp); popf\n"
#define MARK		"771: .pushsection .rodata\n" ASM_WORD "771b\n .popsection\n"

/*
 * A function of assembly (basic asm, single %) that may change EAX, ECX, EDX, and the list of its marks, which ends with 0. At
 * the last mark the handler clears TF.
 */
#define CODE(name, text)								\
	asm(".pushsection .rodata\n .balign 8\n" #name "_marks:\n .popsection\n"	\
	    ".pushsection .text\n" #name "_code: " text "\n ret\n .popsection\n"	\
	    ".pushsection .rodata\n" ASM_WORD "0\n .popsection\n");			\
	extern void name##_code(void);							\
	extern const unsigned long name##_marks[];					\
	static const struct code name = { name##_code, name##_marks }

struct code {
	void (*run)(void);
	const unsigned long *marks;
};

#define MAX_TRACE	16

struct trace {
	int count;
	struct {
		unsigned long rip, dr6, rflags, rcx;
	} db[MAX_TRACE];
};

/*
 * Runs code with DR7 as given (DR7_FIXED_1 is added) and DR6 with nothing in it, and returns each #DB. The handler clears
 * DR6 after each, and sets RF where DR6 has breakpoints of faults (B bits of execution breakpoints) and no others.
 */
struct trace trace_code(const struct code *code, unsigned long dr7, unsigned long faults);

/* One #DB at each mark, the same bits of DR6 set in all, the flags' TF as tf says, and RF as SDM volume 3, 18.3.1.1. */
void expect_trace(const struct code *code, const struct trace *t, unsigned long dr6, bool tf);

#endif
