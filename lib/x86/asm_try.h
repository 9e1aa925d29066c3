/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Instructions that may fault: ASM_TRY() and the asm_safe() family. What the exception was is state of the CPU that
 * took it: a record for each value that the task register can have, which is found without any other register.
 * Handlers and the dispatcher: exceptions.h, exceptions.c.
 */
#ifndef X86_ASM_TRY_H
#define X86_ASM_TRY_H

#include <stdbool.h>
#include <stdint.h>

/* One character of a register's name, an instruction's suffix, the size of a word: for assembly of both widths. */
#ifdef __x86_64__
#define R "r"
#define W "q"
#define S "8"
#define ASM_WORD ".quad "
#else
#define R "e"
#define W "l"
#define S "4"
#define ASM_WORD ".long "
#endif

/* The kinds of entries of the exception table (see struct exception_entry in exceptions.h). */
#define EX_TRY		"0"	/* a test's: recorded, unless the test has a handler of its own */
#define EX_QUIET	"1"	/* the library's own: before all handlers, not recorded */
#define EX_STR		"2"	/* STR %eax, which faults in ring 3 with CR4.UMIP: answered, and on behind it */

#define __ASM_EX_ENTRY(from, to, kind)				\
	".pushsection .data.ex, \"aw\"\n\t"			\
	ASM_WORD from ", " to ", " kind "\n\t"			\
	".popsection\n\t"

/* An exception whose saved instruction pointer is from (assembly, a label) is recorded and continues at to. */
#define ASM_EX_ENTRY(from, to)	__ASM_EX_ENTRY(from, to, EX_TRY)

/* The task register in EAX, in any ring and whatever CR4.UMIP says. */
#define ASM_STR_EAX						\
	"1110: .byte 0x0f, 0x00, 0xc8\n\t"	/* str %eax */	\
	__ASM_EX_ENTRY("1110b", "0", EX_STR)

/*
 * KVM's forced emulation prefix: with the module parameter force_emulation_prefix the next instruction goes through
 * KVM's emulator. Elsewhere it is #UD. KVM_FEP_LENGTH bytes.
 */
#define KVM_FEP		"ud2; .byte 'k', 'v', 'm'; "
#define KVM_FEP_LENGTH	5
/* Whether KVM_FEP works here; tried once. */
#define is_fep_available	(fep_available())
bool fep_available(void);

/*
 * For extended asm (operands follow): if the next instruction faults, execution goes on at catch, a local label such
 * as "1f", and exception_vector() and its like say what happened; else they say 0. A trap (#BP, #OF, #DB) that is
 * reported behind the instruction is caught if catch is right there. Changes no register and no flag, but needs a
 * working stack.
 *
 *	asm volatile(ASM_TRY("1f") "rdmsr\n\t" "1:" : "+a" (low), "+d" (high) : "c" (index));
 */
#define __ASM_TRY(prefix, catch)				\
	"push %%" R "ax\n\t"					\
	ASM_STR_EAX						\
	"movl $0, asm_try_records(%%" R "ax)\n\t"		\
	"pop %%" R "ax\n\t"					\
	ASM_EX_ENTRY("1111f", catch)				\
	"1111: " prefix
#define ASM_TRY(catch)		__ASM_TRY("", catch)
/* With the forced emulation prefix: check is_fep_available before. */
#define ASM_TRY_FEP(catch)	__ASM_TRY(KVM_FEP, catch)

/* The last ASM_TRY, run_in_user() or test_for_exception() of this CPU. The layout is known to ASM_TRY. */
struct asm_try_record {
	uint32_t raised;	/* 1 if there was an exception */
	uint32_t vector;
	uint32_t error_code;	/* 0 for vectors without one */
	uint32_t rf;		/* RFLAGS.RF as the exception saved it: 0 or 1 */
};
const struct asm_try_record *exception_record(void);

/* Whether there was an exception: tells a #DE, whose vector is 0, from none. */
static inline bool exception_raised(void)
{
	return exception_record()->raised;
}

/* The vector, 0 if there was no exception. */
static inline unsigned int exception_vector(void)
{
	return exception_record()->raised ? exception_record()->vector : 0;
}

/* All bits of the error code, 0 if there was no exception or none was pushed. */
static inline unsigned int exception_error_code(void)
{
	return exception_record()->raised ? exception_record()->error_code : 0;
}

/* Whether the flags that the exception saved had RF set. */
static inline bool exception_rflags_rf(void)
{
	return exception_record()->raised && exception_record()->rf;
}

/* "#GP" and so on; "#reserved" for 9 and the vectors to 31 that have no name, "interrupt" for 32 to 255. */
const char *exception_mnemonic(int vector);

/*
 * One instruction (assembly text), as expressions: its exception's vector, or 0. Outputs are what the instruction
 * left in them: give them a value before.
 */
#define __asm_safe(prefix, insn, ...)							\
	({										\
		asm volatile(__ASM_TRY(prefix, "1f") insn "\n\t" "1:\n\t"		\
			     : : __VA_ARGS__ : "memory");				\
		exception_vector();							\
	})
#define asm_safe(insn, ...)		__asm_safe("", insn, ##__VA_ARGS__)
#define asm_fep_safe(insn, ...)		__asm_safe(KVM_FEP, insn, ##__VA_ARGS__)

#define __asm_safe_out1(prefix, insn, output, ...)					\
	({										\
		asm volatile(__ASM_TRY(prefix, "1f") insn "\n\t" "1:\n\t"		\
			     : output : __VA_ARGS__ : "memory");			\
		exception_vector();							\
	})
#define asm_safe_out1(insn, output, ...)	__asm_safe_out1("", insn, output, ##__VA_ARGS__)
#define asm_fep_safe_out1(insn, output, ...)	__asm_safe_out1(KVM_FEP, insn, output, ##__VA_ARGS__)

#define __asm_safe_out2(prefix, insn, output1, output2, ...)				\
	({										\
		asm volatile(__ASM_TRY(prefix, "1f") insn "\n\t" "1:\n\t"		\
			     : output1, output2 : __VA_ARGS__ : "memory");		\
		exception_vector();							\
	})
#define asm_safe_out2(insn, output1, output2, ...)					\
	__asm_safe_out2("", insn, output1, output2, ##__VA_ARGS__)
#define asm_fep_safe_out2(insn, output1, output2, ...)					\
	__asm_safe_out2(KVM_FEP, insn, output1, output2, ##__VA_ARGS__)

#define asm_conditional_fep_safe(fep, insn, ...)					\
	({ (fep) ? asm_fep_safe(insn, ##__VA_ARGS__) : asm_safe(insn, ##__VA_ARGS__); })

/* The same as a report(): the vector must be want (0: no exception). Needs libcflat.h. */
#define asm_safe_report_ex(want, insn, ...)						\
	do {										\
		int __vector = asm_safe(insn, ##__VA_ARGS__);				\
		int __want = (want);							\
											\
		report(__vector == __want, "'%s' raises %s, wanted %s", insn,		\
		       __vector ? exception_mnemonic(__vector) : "no exception",	\
		       __want ? exception_mnemonic(__want) : "no exception");		\
	} while (0)
#define asm_safe_report(insn, ...)	asm_safe_report_ex(0, insn, ##__VA_ARGS__)

#endif
