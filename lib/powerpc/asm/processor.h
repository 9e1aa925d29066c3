/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CPU: its registers, interrupts and their handlers, instructions and functions that may end
 * by one, user mode. Numbers of registers: <asm/reg.h>. The order in which handlers are asked:
 * exceptions.c.
 */
#ifndef POWERPC_ASM_PROCESSOR_H
#define POWERPC_ASM_PROCESSOR_H

#include "libcflat.h"
#include "asm/barrier.h"
#include "asm/ptrace.h"
#include "asm/reg.h"
#include "powerpc/thread_info.h"

/* spr: a constant. */
#define mfspr(spr) __extension__ ({						\
	unsigned long __value;							\
	__asm__ __volatile__("mfspr %0, %1" : "=r" (__value) : "i" (spr) : "memory");	\
	__value;								\
})
#define mtspr(spr, value) \
	__asm__ __volatile__("mtspr %0, %1" : : "i" (spr), "r" ((unsigned long)(value)) : "memory")

static inline unsigned long mfmsr(void)
{
	unsigned long msr;

	__asm__ __volatile__("mfmsr %0" : "=r" (msr) : : "memory");
	return msr;
}

/* All but LE, HV and ME, which only RFID changes. */
static inline void mtmsr(unsigned long msr)
{
	__asm__ __volatile__("mtmsrd %0\n\tisync" : : "r" (msr) : "memory");
}

static inline struct thread_info *current_thread_info(void)
{
	return (struct thread_info *)mfspr(SPR_SPRG0);
}

/* MTMSRD with L=1 writes EE and RI alone. */
static inline void local_irq_enable(void)
{
	__asm__ __volatile__("mtmsrd %0, 1" : : "r" (MSR_EE | MSR_RI) : "memory");
}

static inline void local_irq_disable(void)
{
	__asm__ __volatile__("mtmsrd %0, 1" : : "r" (MSR_RI) : "memory");
}

/* What the machine and the CPU are: set before main(), by processor.c. */
extern bool cpu_has_hv;			/* this is the hypervisor's own level */
extern bool cpu_has_power_mce; /* a machine check says what it was, as POWER8's and later do */
extern bool cpu_has_siar, cpu_has_heai, cpu_has_prefix, cpu_has_sc_lev, cpu_has_pause_short;

/*
 * Whether the device tree says that the hypervisor is KVM, or that there is none but QEMU's
 * emulation.
 */
bool host_is_kvm(void);
bool host_is_tcg(void);

static inline bool machine_is_powernv(void)
{
	return cpu_has_hv;
}

static inline bool machine_is_pseries(void)
{
	return !machine_is_powernv();
}

/* ---- handlers ---- */

/*
 * Calls func(regs, data) for interrupts of the vector trap (0x300), on every CPU; NULL: none,
 * which is an unexpected one. Handlers run with interrupts off. One of an instruction must step
 * over it: regs_advance_insn(). A decrementer without a handler is put off, an external interrupt
 * goes to smp.h's calls.
 */
void handle_exception(int trap, void (*func)(struct pt_regs *regs, void *data), void *data);

/* Machine checks: MSR.ME, which only RFID sets. Off, one is a checkstop. */
void enable_mcheck(void);
void disable_mcheck(void);

/* "data storage" and its like. */
const char *trap_name(unsigned long trap);
/* ---- interrupts that are expected, and user mode: catch_trap() and its like ---- */

#include "traps/traps.h"

/*
 * Enters user mode (MSR.PR, which brings EE, IR and DR: Power ISA, Book III, RFID) with those
 * registers until the first exception: SC (0xc00) is how it should end. What it was is in
 * trap_record(). nip, msr's PR and so on are filled in here.
 */
const struct trap_record *run_user(struct pt_regs *regs);

/*
 * From here on the caller itself runs in user mode, and back by a system call of its own.
 * setup_vm() first.
 */
void enter_usermode(void);
void exit_usermode(void);

/* Forgets what interrupts this CPU expects, and all handlers. */
void exceptions_reset(void);
/* Puts the vectors in place: once, before the first interrupt. */
void exceptions_init(void);
/* Says what the CPU can do. */
void processor_init(void);

#endif
