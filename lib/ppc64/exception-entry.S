/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry of all interrupts (Power ISA 3.1B, Book III, chapter 7): saves struct pt_regs on the
 * stack and calls trap_dispatch(). Vectors are where the manual's figure 68 has them; each is the
 * same few instructions, so that one at every 0x20 bytes catches all, also those that nobody
 * knows. An interrupt while registers are saved means that the stack is bad: it goes on on the
 * emergency stack.
 */
#include "asm/ptrace.h"
#include "asm/reg.h"
#include "powerpc/catch.h"
#include "powerpc/thread_info.h"

#define VECTORS		((VECTORS_END - VECTORS_START) >> 5)
/*
 * What lies below the stack pointer belongs to the function that was interrupted (ELFv2 ABI 1.4,
 * section 2.2.2.4).
 */
#define PROTECTED_ZONE	288
#define FRAME_HEAD	32

	/*
	 * Copied to VECTORS_START by exceptions_init(), which puts the branch to exception_common
	 * in the place of the trap, by its absolute address (not all linkers can). Leaves 24 plus
	 * the vector in LR.
	 */
	.section .text.vectors, "ax", %progbits
	.globl vectors
	.p2align 5
vectors:
	.rept VECTORS
	mtspr SPR_SPRG1, 13
	mfspr 13, SPR_SPRG0
	std 12, TI_R12(13)
	mflr 12
	std 12, TI_LR(13)
	trap
	nop
	nop
	.endr

	.text
	.globl exception_common
	.type exception_common, %function
exception_common:
	std 1, TI_R1(13)
	mfcr 1
	std 1, TI_CR(13)
	mfspr 1, SPR_SPRG1
	std 1, TI_R13(13)
	mflr 12
	addi 12, 12, -24
	/*
	 * In hypervisor state some left HSRR0 and HSRR1 (figure 68's vectors of the hypervisor's):
	 * from here on they are as the others.
	 */
	mfmsr 1
	srdi 1, 1, 60
	andi. 1, 1, 1
	beq 2f
	cmpwi 12, 0x980
	beq 1f
	cmpwi 12, 0xf80
	beq 1f
	srdi 1, 12, 8
	cmpwi 1, 0xe
	bne 2f
1:	mfspr 1, SPR_HSRR0
	mtspr SPR_SRR0, 1
	mfspr 1, SPR_HSRR1
	mtspr SPR_SRR1, 1
2:	ld 1, TI_ENTERING(13)
	cmpdi 1, 0
	bne bad_stack
	/* Should the stack be bad, this is what is left of this interrupt. */
	std 12, TI_FIRST_TRAP(13)
	std 13, TI_ENTERING(13)
	mfspr 1, SPR_SRR0
	std 1, TI_FIRST_NIP(13)
	mfspr 1, SPR_SRR1
	andi. 1, 1, MSR_PR
	bne from_user
	ld 1, TI_R1(13)
	addi 1, 1, -PROTECTED_ZONE
	b save
from_user:
	ld 1, TI_KERNEL_SP(13)
save:
	addi 1, 1, -(PT_SIZE + FRAME_HEAD)
	clrrdi 1, 1, 4
	std 0, FRAME_HEAD + PT_GPR(0)(1)
	.irp n, 2,3,4,5,6,7,8,9,10,11,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	std \n, FRAME_HEAD + PT_GPR(\n)(1)
	.endr
	std 12, FRAME_HEAD + PT_TRAP(1)
	.macro keep from, to
	ld 3, \from(13)
	std 3, FRAME_HEAD + \to(1)
	.endm
	keep TI_R1, PT_GPR(1)
	keep TI_R12, PT_GPR(12)
	keep TI_R13, PT_GPR(13)
	keep TI_LR, PT_LINK
	keep TI_CR, PT_CCR
	.macro keep_spr from, to
	mfspr 3, \from
	std 3, FRAME_HEAD + \to(1)
	.endm
	keep_spr SPR_CTR, PT_CTR
	keep_spr SPR_XER, PT_XER
	keep_spr SPR_DAR, PT_DAR
	keep_spr SPR_DSISR, PT_DSISR
	keep_spr SPR_SRR0, PT_NIP
	keep_spr SPR_SRR1, PT_MSR
	/* r3 is SRR1: handlers see memory as what they interrupted did, or as the kernel does. */
	andi. 0, 3, MSR_PR
	beq 1f
	ld 3, TI_MSR(13)
1:	li 0, MSR_IR | MSR_DR
	and 3, 3, 0
	mfmsr 0
	or 0, 0, 3
	ori 0, 0, MSR_RI
	mtmsrd 0
	isync
	li 0, 0
	std 0, TI_ENTERING(13)
	ld 3, TI_R1(13)
	/* Stack traces begin with the interrupted context, by its registers. */
	std 0, 0(1)
	std 0, 16(1)
	lis 2, .TOC.@ha
	addi 2, 2, .TOC.@l
	addi 3, 1, FRAME_HEAD
	bl trap_dispatch
	nop
	addi 3, 1, FRAME_HEAD

	/* _Noreturn void trap_return(struct pt_regs *regs): goes on there. */
	.globl trap_return
	.type trap_return, %function
trap_return:
	/*
	 * From here to rfid SRR0 and SRR1 must not be lost: no interrupts, no translation (the
	 * frame is where it seems).
	 */
	mr 1, 3
	ld 4, PT_LINK(1)
	mtlr 4
	ld 4, PT_CTR(1)
	mtctr 4
	ld 4, PT_XER(1)
	mtspr SPR_XER, 4
	ld 4, PT_CCR(1)
	mtcr 4
	mfmsr 4
	li 5, 0
	ori 5, 5, MSR_EE | MSR_RI
	andc 4, 4, 5
	mtmsrd 4
	ld 4, PT_NIP(1)
	mtspr SPR_SRR0, 4
	ld 4, PT_MSR(1)
	mtspr SPR_SRR1, 4
	ld 0, PT_GPR(0)(1)
	.irp n, 2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	ld \n, PT_GPR(\n)(1)
	.endr
	ld 1, PT_GPR(1)(1)
	rfid
	.size exception_common, . - exception_common
	.globl exception_common_end
exception_common_end:

bad_stack:
	ld 1, TI_EMERGENCY_SP(13)
	b save

	/*
	 * _Noreturn void enter_user(struct pt_regs *regs, unsigned long *kernel_sp): interrupts
	 * come back to the caller's stack.
	 */
	.globl enter_user
	.type enter_user, %function
enter_user:
	std 1, 0(4)
	b trap_return
	.size enter_user, . - enter_user
