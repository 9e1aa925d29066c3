/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inside the library: what the two machines do differently. pseries.c: a guest, by hypercalls and
 * RTAS; powernv.c: the hypervisor's own level, by OPAL and the processor.
 */
#ifndef POWERPC_PLATFORM_H
#define POWERPC_PLATFORM_H

#include "libcflat.h"
#include "asm/ptrace.h"
#include "powerpc/thread_info.h"

enum taken {
	TAKEN_UNKNOWN,		/* not an interrupt of the library's */
	TAKEN_NONE,		/* it went away before it was asked for */
	TAKEN_IPI,
};

struct platform {
	/* Sends all of it; any state of translation and interrupts. */
	void (*console_write)(const char *data, size_t len);
	/* Returns if the machine stays. */
	void (*power_off)(void);
	/*
	 * Once, after the device tree was read, on the first CPU alone: interrupts in own byte
	 * order.
	 */
	void (*init)(void);
	/* On each CPU, before its first interrupt. */
	void (*cpu_init)(void);
	/* Whether other CPUs can be started; starts one: 0, or the firmware's error. */
	bool (*can_start)(void);
	long (*start_cpu)(struct thread_info *ti);
	/* Sends an interrupt to a CPU; false if that failed. */
	bool (*kick)(int cpu);
	/* An external interrupt or one of its like has come: what was it? It is over then. */
	enum taken (*take)(struct pt_regs *regs);
	/* Interrupts of CPUs, on this one: let in or kept waiting. powernv lets all in. */
	void (*accept)(bool yes);
	/*
	 * Called with MSR.EE off: sleeps until there is an interrupt, takes it, returns with EE
	 * off.
	 */
	void (*sleep)(void);
	/* At the end of an interrupt: if it interrupted sleep(), that is over. */
	void (*woken)(struct pt_regs *regs);
	/*
	 * The process table for radix translation, for all CPUs, and the root of its entry 0, which
	 * maps memory one to one; 0, or an error. Then each CPU by itself.
	 */
	long (*set_process_table)(u64 phys, u64 root);
	void (*use_process_table)(void);
};

extern const struct platform platform_pseries, platform_powernv;
extern const struct platform *platform;

#endif
