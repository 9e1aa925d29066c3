/* SPDX-License-Identifier: BSD-2-Clause */
/* The CPU: exceptions and their handlers, interrupt masks, exception levels, the counter. Try helpers: asm/try.h. */
#ifndef ARM64_ASM_PROCESSOR_H
#define ARM64_ASM_PROCESSOR_H

#include "libcflat.h"
#include "asm/barrier.h"
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

static inline void local_irq_enable(void)
{
	__asm__ __volatile__("msr daifclr, #2" : : : "memory");
}

static inline void local_irq_disable(void)
{
	__asm__ __volatile__("msr daifset, #2" : : : "memory");
}

/* Affinity: what PSCI and the GIC call a CPU. */
#define MPIDR_HWID_BITMASK	0xff00fffffful
#define MPIDR_AFFINITY_LEVEL(mpidr, level) \
	((unsigned int)((mpidr) >> ((level) == 3 ? 32 : 8 * (level)) & 0xff))

static inline u64 get_mpidr(void)
{
	return read_sysreg(mpidr_el1);
}
/* The number of the CPU with that affinity; -1 if there is none. */
int mpidr_to_cpu(u64 mpidr);

/* Ticks, and how many a second. */
static inline u64 get_cntvct(void)
{
	isb();
	return read_sysreg(cntvct_el0);
}

static inline u64 get_cntpct(void)
{
	isb();
	return read_sysreg(cntpct_el0);
}

static inline u32 get_cntfrq(void)
{
	return read_sysreg(cntfrq_el0);
}

static inline bool system_supports_sve(void)
{
	return id_field(read_sysreg(id_aa64pfr0_el1), ID_AA64PFR0_EL1_SVE_SHIFT) != 0;
}

static inline bool system_supports_rndr(void)
{
	return id_field(read_sysreg(id_aa64isar0_el1), ID_AA64ISAR0_EL1_RNDR_SHIFT) != 0;
}

/*
 * Goes to EL0 for good: func(arg) on the stack that ends at sp, both accessible there. What it leaves by is an
 * exception, whose handler may go anywhere. is_user(): whether this CPU did so. run_in_user() of asm/try.h comes back.
 */
typedef void (*start_usr_fn)(void *arg);
void start_usr(start_usr_fn func, void *arg, unsigned long sp);
bool is_user(void);

#include "asm/delay.h"

#endif
