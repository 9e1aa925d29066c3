/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CPUs: how many, which is which, and calls between them (on-cpus.h). CPU 0 is the boot CPU; the others are
 * numbered by their APIC IDs. An idle CPU waits in "sti; hlt" and runs what it is sent with interrupts disabled; one that
 * is busy runs it in an interrupt of vector IPI_VECTOR.
 */
#ifndef X86_SMP_H
#define X86_SMP_H

#include "libcflat.h"
#include "on-cpus.h"
#include "x86/apic.h"
#include "x86/desc.h"

#define MAX_TEST_CPUS	X86_MAX_CPUS

/* The vector by which on_cpu() and its like reach a CPU. */
#define IPI_VECTOR	0xfb

/* How many CPUs have come up, the boot CPU counted. */
extern unsigned int cpu_online_count;
int cpu_count(void);

/* The number of the calling CPU. */
int smp_id(void);

/* Starts all other CPUs: by x86_start(), once. */
void smp_init(void);

/*
 * Starts a CPU anew, by INIT and a start-up IPI, from whatever it does, and waits until it idles as after x86_start(). What it
 * was called for is forgotten. Not for the calling CPU, nor for CPU 0.
 */
void smp_restart(int cpu);

/* reset_apic() and enable_apic() on all CPUs: xAPIC mode. */
void smp_reset_apic(void);

/* General registers of a guest that a VM entry does not load, one set a CPU: for SVM and VMX. */
struct guest_regs {
	u64 rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi;
	u64 r8, r9, r10, r11, r12, r13, r14, r15;
	u64 rflags;
};
struct guest_regs *this_cpu_guest_regs(void);

#endif
