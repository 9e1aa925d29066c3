/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the tests of exception delivery: an instruction that raises one, between known labels, and a recorder of what
 * the exception saved. The recorder continues behind the instruction.
 */
#ifndef IDT_RECORDER_H
#define IDT_RECORDER_H

#include "case.h"
#include "x86/desc.h"
#include "x86/processor.h"

/* Code that raises one exception; may change EAX, ECX, EDX and flags, and uses no stack after its first lines. */
struct snippet {
	void (*run)(void);
	const char *at, *next;		/* the instruction, and the one behind it */
};

/* before, insn, after: assembly, basic asm (single %). */
#define SNIPPET(name, before, insn, after)						\
	asm(".pushsection .text\n"							\
	    #name "_run: " before "\n" #name "_at: " insn "\n" #name "_next: " after "\n"	\
	    "ret\n .popsection");							\
	extern void name##_run(void);							\
	extern const char name##_at[], name##_next[];					\
	static const struct snippet name __attribute__((unused)) = { name##_run, name##_at, name##_next }

/* The same in a 32-bit code segment: on x86_64 instructions that 64-bit mode does not have. */
#ifdef __x86_64__
#define NATIVE_CODE	".code64\n"
#else
#define NATIVE_CODE	".code32\n"
#endif
#define SNIPPET32(name, before, insn, after)						\
	asm(".data\n"									\
	    #name "_far: .long " #name "_code32, " xstr(KERNEL_CS32) "\n");		\
	SNIPPET(name, "lcall *" #name "_far\n jmp " #name "_end\n .code32\n" #name "_code32: " before, \
		insn, after "\n lret\n" NATIVE_CODE #name "_end: ")

/* Paging, once, with all memory usable by ring 3 and ring 0 (run_in_user() needs that). */
void need_paging(void);

/* What the recorder saw, and what the instruction should have found. */
struct seen {
	int count;
	struct ex_regs regs;		/* the first exception's */
	unsigned long sp;		/* exception_sp() of it */
	unsigned long handler_flags;	/* in the handler */
	unsigned long cr2, dr6;
	unsigned long flags_before, sp_before;
};

/* Values that no exception but the one in question may change. */
#define CR2_BEFORE	((unsigned long)0xfffff0f0f0f0f0f0)

/* Runs code with the recorder installed for vectors 0 to 31, CR2_BEFORE in CR2 and nothing in DR6. */
struct seen run_snippet(const struct snippet *code);

enum class { FAULT, TRAP };

/*
 * Compares all that code's exception saved: number of exceptions, vector, error code, CS:RIP (FAULT: the
 * instruction; TRAP: the next), flags other than the status flags and RF, stack pointer; and CR2, unless it is a page
 * fault.
 */
void expect_seen(const struct seen *s, const struct snippet *code, unsigned int vector, unsigned long error_code,
		 enum class class, u16 cs);
/* run_snippet() and expect_seen(). Returns it all for further checks. */
struct seen expect_exception(const struct snippet *code, unsigned int vector, unsigned long error_code,
			     enum class class, u16 cs);
/* Runs code and compares RF of the saved flags: faults set it, traps do not (SDM volume 3, section 18.3.1.1). */
void expect_rf(const struct snippet *code, enum class class);

#endif
