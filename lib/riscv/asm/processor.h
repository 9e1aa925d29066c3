/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hart: what is known of each (found by tp), traps and their handlers, instructions and
 * functions that may trap, user mode. Registers: <asm/csr.h>. Entry: exception-entry.S; the order
 * in which handlers are asked: exceptions.c.
 */
#ifndef RISCV_ASM_PROCESSOR_H
#define RISCV_ASM_PROCESSOR_H

#include "libcflat.h"
#include "asm/barrier.h"
#include "asm/csr.h"
#include "asm/ptrace.h"
#include "riscv/thread_info.h"

static inline struct thread_info *current_thread_info(void)
{
	struct thread_info *ti;

	__asm__ __volatile__("mv %0, tp" : "=r" (ti));
	return ti;
}

static inline void local_irq_enable(void)
{
	csr_set(CSR_SSTATUS, SR_SIE);
}

static inline void local_irq_disable(void)
{
	csr_clear(CSR_SSTATUS, SR_SIE);
}

/* Whether a trap from now on is a double trap (Ssdbltrp; nothing without it). */
static inline void local_dlbtrp_enable(void)
{
	csr_set(CSR_SSTATUS, SR_SDT);
}

static inline void local_dlbtrp_disable(void)
{
	csr_clear(CSR_SSTATUS, SR_SDT);
}

/* Software interrupts: enabled by the library, which calls CPUs by them. */
static inline void local_ipi_enable(void)
{
	csr_set(CSR_SIE, IE_SSIE);
}

static inline void local_ipi_disable(void)
{
	csr_clear(CSR_SIE, IE_SSIE);
}

static inline void ipi_ack(void)
{
	csr_clear(CSR_SIP, IP_SSIP);
}

/*
 * Waits for an interrupt that is enabled in sie, whether or not sstatus lets it in; may end without
 * one.
 */
static inline void wait_for_interrupt(void)
{
	__asm__ __volatile__("wfi" : : : "memory");
}

/*
 * Handlers of the calling CPU, for EXC_ and IRQ_ causes; NULL: none, which is an unexpected trap.
 * They run with interrupts off. Exceptions that trap_try() and catch_trap() expect do not come to
 * them; a handler of an instruction must step over it: regs->epc += RV_INSN_LEN(first two bytes).
 */
void install_exception_handler(unsigned long cause, exception_fn fn);
void install_irq_handler(unsigned long cause, exception_fn fn);

/* Bytes of an instruction, by its first two: Unprivileged ISA, section 1.5. */
#define RV_INSN_LEN(insn)	(((insn) & 3) == 3 ? 4 : 2)

/* "load page fault" and its like. */
const char *trap_name(unsigned long cause);

/* ---- traps that are expected, and user mode: catch_trap() and its like ---- */

#include "traps/traps.h"

/*
 * Enters user mode at pc with stack pointer sp and argument a0, interrupts on if enable_irqs, until
 * the first exception: an ECALL (EXC_SYSCALL) is how it should end. What it was is in
 * trap_record(), with all registers.
 */
const struct trap_record *run_user(unsigned long pc, unsigned long sp, unsigned long a0,
				   bool enable_irqs);

/* Forgets what traps this CPU expects, and puts the library's handlers back. */
void exceptions_reset(void);
/* Loads stvec and what the entry code needs on this CPU. */
void exceptions_init(void);

#endif
