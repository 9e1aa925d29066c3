/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is known of each CPU: SPRG0 points to it. The offsets are for the entry code and
 * powerpc/start.S.
 */
#ifndef POWERPC_THREAD_INFO_H
#define POWERPC_THREAD_INFO_H

#define TI_ENTERING		0
#define TI_R1			8
#define TI_R12			16
#define TI_R13			24
#define TI_LR			32
#define TI_CR			40
#define TI_KERNEL_SP		48
#define TI_EMERGENCY_SP		56
#define TI_FIRST_NIP		64
#define TI_FIRST_TRAP		72
#define TI_MSR			80

#define BOOT_STACK_SIZE		32768
#define EMERGENCY_STACK_SIZE	8192
/*
 * A stack begins with a frame of its own: back chain, CR, LR, TOC (ELFv2 ABI 1.4, section 2.2.2).
 */
#define STACK_TOP_ROOM		64

#ifndef __ASSEMBLER__
#include "libcflat.h"
#include "traps/trap_state.h"

struct thread_info {
	/*
	 * Of the entry code: not zero while it saves registers, the interrupted values of those
	 * that it uses first.
	 */
	unsigned long entering, r1, r12, r13, lr, cr;
	unsigned long kernel_sp;	/* for interrupts from user mode, and a CPU's first stack */
	/* for interrupts while registers are saved: the stack is bad */
	unsigned long emergency_sp;
	/* of the interrupt whose registers could not be saved */
	unsigned long first_nip, first_trap;
	unsigned long msr;		/* IR and DR, for handlers of user mode's interrupts */

	u32 cpu;			/* its number here */
	/* and its number to the hypervisor: "reg" in the device tree */
	u32 server;
	struct trap_state traps;
} __attribute__((aligned(64)));
#endif

#endif
