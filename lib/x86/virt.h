/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The general registers of a guest around a VM entry that loads none of them (SVM: APM volume 2, section 15.5.1; VMX: SDM
 * volume 3, section 26.1): names of the fields of struct guest_regs (x86/smp.h) for inline assembly, and the exchange.
 *
 *	struct guest_regs *regs = this_cpu_guest_regs();
 *	asm volatile(SWAP_GPRS "vmlaunch\n\t" SWAP_GPRS : : "a" (regs), GUEST_REGS_OFFSETS : "memory");
 */
#ifndef X86_VIRT_H
#define X86_VIRT_H

#include "libcflat.h"
#include "x86/smp.h"

#ifdef __x86_64__
#define __GUEST_REGS(reg) reg(rcx) reg(rdx) reg(rbx) reg(rbp) reg(rsi) reg(rdi) reg(r8) reg(r9) reg(r10) reg(r11) \
	reg(r12) reg(r13) reg(r14) reg(r15)

/* The operands that GUEST_REG() and SWAP_GPRS refer to: last among the inputs of an asm statement. */
#define __GUEST_REG_OFFSET(name) [guest_##name] "i" (offsetof(struct guest_regs, name))
#define GUEST_REGS_OFFSETS								\
	__GUEST_REG_OFFSET(rax), __GUEST_REG_OFFSET(rcx), __GUEST_REG_OFFSET(rdx),	\
	__GUEST_REG_OFFSET(rbx), __GUEST_REG_OFFSET(rsp), __GUEST_REG_OFFSET(rbp),	\
	__GUEST_REG_OFFSET(rsi), __GUEST_REG_OFFSET(rdi), __GUEST_REG_OFFSET(r8),	\
	__GUEST_REG_OFFSET(r9), __GUEST_REG_OFFSET(r10), __GUEST_REG_OFFSET(r11),	\
	__GUEST_REG_OFFSET(r12), __GUEST_REG_OFFSET(r13), __GUEST_REG_OFFSET(r14),	\
	__GUEST_REG_OFFSET(r15), __GUEST_REG_OFFSET(rflags)

/* A field as a memory operand, in text for an asm template: the address of the structure is in RAX. */
#define GUEST_REG(name)		"%c[guest_" #name "](%%rax)"
#define __SWAP_GPR(name)	"xchgq %%" #name ", " GUEST_REG(name) "\n\t"

/*
 * Exchanges all but RAX, RSP and RFLAGS with the structure at RAX. Twice brings back what was there, so the compiler
 * needs no list of clobbers, as long as RAX is the structure's address again the second time.
 */
#define __SWAP_GPRS		__GUEST_REGS(__SWAP_GPR)
#define SWAP_GPRS		__SWAP_GPRS
#endif

#endif
