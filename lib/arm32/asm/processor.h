/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CPU: exceptions and their handlers, interrupt masks, modes; asm/cpu.h: the counter and more.
 * Try helpers: asm/try.h.
 */
#ifndef ARM32_ASM_PROCESSOR_H
#define ARM32_ASM_PROCESSOR_H

#include "libcflat.h"
#include "asm/cpu.h"
#include "asm/ptrace.h"

/*
 * The vectors in the order of the table (ARMv7 ARM, section B1.8.1). The first and sixth are never
 * taken at PL1.
 */
enum vector {
	EXCPTN_RST, EXCPTN_UND, EXCPTN_SVC, EXCPTN_PABT,
	EXCPTN_DABT, EXCPTN_ADDREXCPTN, EXCPTN_IRQ, EXCPTN_FIQ,
	EXCPTN_MAX,
};
#define VECTOR_MAX		EXCPTN_MAX

/* What tests of both widths call the vectors of interrupts from privileged code. */
#define VECTOR_IRQ		EXCPTN_IRQ
#define VECTOR_FIQ		EXCPTN_FIQ

typedef void (*exception_fn)(struct pt_regs *regs);
typedef exception_fn irq_handler_fn;

/*
 * Calls fn for exceptions that arrive by vector v, on every CPU; NULL: none. A handler comes before
 * asm_safe() and catch_exception(). Aborts if there is no such vector. The other name is for code
 * that serves both widths.
 */
void install_exception_handler(enum vector v, exception_fn fn);
#define install_irq_handler	install_exception_handler

/*
 * For a handler that does not want this one after all: decodes everything and ends the case, or the
 * image. syndrome: the fault status of an abort, else unused.
 */
_Noreturn void unhandled_exception(enum vector v, struct pt_regs *regs, unsigned long syndrome);
/*
 * Decodes regs into buf, whole lines, always terminated; returns the length that it needed (as
 * snprintf).
 */
size_t format_exception(char *buf, size_t size, enum vector v, const struct pt_regs *regs,
			unsigned long syndrome);
/* Prints the registers, and goes on. */
void show_regs(struct pt_regs *regs);

static inline unsigned long current_cpsr(void)
{
	unsigned long cpsr;

	__asm__ __volatile__("mrs %0, cpsr" : "=r" (cpsr) : : "memory");
	return cpsr;
}
#define current_mode()		(current_cpsr() & MODE_MASK)

/* The masks of asynchronous exceptions: PSR_..._BIT. */
#define PSR_MASKS		(PSR_A_BIT | PSR_I_BIT | PSR_F_BIT)

static inline unsigned long exception_masks(void)
{
	return current_cpsr() & PSR_MASKS;
}

static inline void set_exception_masks(unsigned long masks)
{
	unsigned long cpsr = (current_cpsr() & ~(unsigned long)PSR_MASKS) | masks;

	__asm__ __volatile__("msr cpsr_cx, %0" : : "r" (cpsr) : "memory");
}

static inline void local_irq_enable(void)
{
	__asm__ __volatile__("cpsie i" : : : "memory");
}

static inline void local_irq_disable(void)
{
	__asm__ __volatile__("cpsid i" : : : "memory");
}

static inline void local_fiq_enable(void)
{
	__asm__ __volatile__("cpsie f" : : : "memory");
}

static inline void local_fiq_disable(void)
{
	__asm__ __volatile__("cpsid f" : : : "memory");
}

#endif
