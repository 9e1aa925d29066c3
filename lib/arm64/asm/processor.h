/* SPDX-License-Identifier: BSD-2-Clause */
/* The CPU: exceptions and their handlers, interrupt masks, exception levels, the counter. Try helpers: asm/try.h. */
#ifndef ARM64_ASM_PROCESSOR_H
#define ARM64_ASM_PROCESSOR_H

#include "libcflat.h"
#include "asm/cpu.h"
#include "asm/esr.h"
#include "asm/ptrace.h"
#include "asm/sysreg.h"

/* The vectors in the order of the table (Arm ARM, section D1.3.1.5). EL1T: EL1 on SP_EL0. */
enum vector {
	EL1T_SYNC, EL1T_IRQ, EL1T_FIQ, EL1T_ERROR,
	EL1H_SYNC, EL1H_IRQ, EL1H_FIQ, EL1H_ERROR,
	EL0_SYNC_64, EL0_IRQ_64, EL0_FIQ_64, EL0_ERROR_64,
	EL0_SYNC_32, EL0_IRQ_32, EL0_FIQ_32, EL0_ERROR_32,
	VECTOR_MAX,
};

/* What tests of both widths call the vectors of interrupts from privileged code. */
#define VECTOR_IRQ		EL1H_IRQ
#define VECTOR_FIQ		EL1H_FIQ

typedef void (*exception_fn)(struct pt_regs *regs, unsigned int esr);
typedef void (*irq_handler_fn)(struct pt_regs *regs);

/*
 * Calls fn for synchronous exceptions of class ec (ESR_ELx_EC_...) that arrive by vector v, on every CPU; NULL: none.
 * A handler comes before ASM_TRY() and behind catch_exception(). Both abort if v is no such vector.
 */
void install_exception_handler(enum vector v, unsigned int ec, exception_fn fn);
/* The same for an IRQ, FIQ or SError vector. */
void install_irq_handler(enum vector v, irq_handler_fn fn);

/* For a handler that does not want this one after all: decodes everything and ends the case, or the image. */
_Noreturn void unhandled_exception(enum vector v, struct pt_regs *regs, unsigned long esr);
/* Decodes regs into buf, whole lines, always terminated; returns the length that it needed (as snprintf). */
size_t format_exception(char *buf, size_t size, enum vector v, const struct pt_regs *regs, unsigned long esr);
/* Prints it, and goes on. */
void show_regs(struct pt_regs *regs);

static inline unsigned long current_level(void)
{
	return read_sysreg(CurrentEL);
}

/* The masks of asynchronous exceptions: PSR_..._BIT. */
static inline unsigned long exception_masks(void)
{
	return read_sysreg(daif);
}

static inline void set_exception_masks(unsigned long masks)
{
	write_sysreg(masks, daif);
}

static inline void local_irq_enable(void)
{
	__asm__ __volatile__("msr daifclr, #2" : : : "memory");
}

static inline void local_irq_disable(void)
{
	__asm__ __volatile__("msr daifset, #2" : : : "memory");
}

static inline bool system_supports_sve(void)
{
	return id_field(read_sysreg(id_aa64pfr0_el1), ID_AA64PFR0_EL1_SVE_SHIFT) != 0;
}

static inline bool system_supports_rndr(void)
{
	return id_field(read_sysreg(id_aa64isar0_el1), ID_AA64ISAR0_EL1_RNDR_SHIFT) != 0;
}

#endif
