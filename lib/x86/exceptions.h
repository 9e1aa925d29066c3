/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions and interrupts in C: the saved registers, handlers, and code that is expected to fault. All 256 vectors
 * enter by exception-entry.S and are dispatched by exceptions.c; single instructions that may fault: asm_try.h.
 */
#ifndef X86_EXCEPTIONS_H
#define X86_EXCEPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "x86/vectors.h"

/*
 * The interrupted context. What a handler changes here is in force when it returns. rsp and ss are saved always in
 * 64-bit mode; on i386 only if the interruption came from another ring (check cs & 3), else they are not there: see
 * exception_sp().
 */
struct ex_regs {
	unsigned long rax, rcx, rdx, rbx;
	unsigned long dummy;		/* the handler's own stack pointer; 0 if a task switch saved all of this */
	unsigned long rbp, rsi, rdi;
#ifdef __x86_64__
	unsigned long r8, r9, r10, r11, r12, r13, r14, r15;
#endif
	unsigned long vector;
	unsigned long error_code;	/* 0 for vectors without one */
	unsigned long rip;
	unsigned long cs;
	unsigned long rflags;
	unsigned long rsp;
	unsigned long ss;
};

/* The stack pointer of the interrupted context, on both widths. */
static inline unsigned long exception_sp(const struct ex_regs *regs)
{
#ifndef __x86_64__
	if (!(regs->cs & 3) && regs->dummy)
		return (unsigned long)&regs->rsp;
#endif
	return regs->rsp;
}

typedef void (*handler)(struct ex_regs *regs);

/*
 * Calls fn for vector v (0 to 255) on every CPU, from now on; NULL: none. Returns what was there before. A handler
 * comes before ASM_TRY() and after test_for_exception() and run_in_user(). The gate in the IDT stays as it is.
 */
handler handle_exception(uint8_t v, handler fn);

/* Says whether trigger(data) raised exception ex on this CPU; the rest of trigger() is then left out. */
bool test_for_exception(unsigned int ex, void (*trigger)(void *data), void *data);

/*
 * For a handler that does not want this one after all: decodes registers, stack and instruction and ends the
 * case, or the image. cpu: say which CPU.
 */
_Noreturn void unhandled_exception(struct ex_regs *regs, bool cpu);

/* Decodes regs into buf, whole lines, always terminated; returns the length that it needed (as snprintf). */
size_t format_exception(char *buf, size_t size, const struct ex_regs *regs);

/* Copies a byte that may not be readable: false if it faults. Changes neither the ASM_TRY record nor CR2. */
bool try_read_byte(const void *address, uint8_t *value);

/*
 * Forgets this CPU's pending test_for_exception() and run_in_user(): for code that leaves them by longjmp(). Handlers
 * stay.
 */
void exceptions_reset(void);

/* ---- behind the functions ---- */

/* An entry of the table that ASM_EX_ENTRY() writes; kind is EX_TRY and so on. */
struct exception_entry {
	unsigned long from;
	unsigned long to;
	unsigned long kind;
};

/* Entry code of vector n: 16 bytes each. */
#define EXCEPTION_STUB_SIZE	16
extern char exception_stubs[256][EXCEPTION_STUB_SIZE];
/* Called by the entry code. */
void exception_dispatch(struct ex_regs *regs);
/* Stores what exception_record() tells. */
void exception_remember(const struct ex_regs *regs);
/* The stack trace of an interrupted context: its instruction, then its callers. Returns how many. */
int exception_frames(const struct ex_regs *regs, const void **frames, int max);

#endif
