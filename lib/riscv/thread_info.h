/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is known of each hart: tp points to it in supervisor mode. The offsets are for
 * exception-entry.S and start.S.
 */
#ifndef RISCV_THREAD_INFO_H
#define RISCV_THREAD_INFO_H

#define TI_ENTERING		0
#define TI_SP			8
#define TI_TP			16
#define TI_KERNEL_SP		24
#define TI_EMERGENCY_SP		32
#define TI_FIRST_EPC		40
#define TI_FIRST_CAUSE		48
#define TI_HARTID		56
#define TI_SIZE			704

#define BOOT_STACK_SIZE		32768
#define EMERGENCY_STACK_SIZE	8192

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include "asm/csr.h"
#include "traps/trap_state.h"

typedef void (*exception_fn)(struct pt_regs *regs);
struct thread_info {
	/*
	 * Of the entry code: not zero while it saves registers; the interrupted sp and tp; the
	 * stacks to use.
	 */
	unsigned long entering, sp, tp;
	unsigned long kernel_sp;	/* for traps from user mode, and a hart's first */
	unsigned long emergency_sp;	/* for traps while registers are saved: the stack is bad */
	unsigned long first_epc, first_cause;	/* of the trap whose registers could not be saved */

	unsigned long hartid;
	int cpu;
	bool online;			/* came up once; it may start anew */
	exception_fn exception_handlers[EXCEPTION_CAUSE_MAX];
	exception_fn irq_handlers[INTERRUPT_CAUSE_MAX];
	struct trap_state traps;
} __attribute__((aligned(64)));
#endif

#endif
