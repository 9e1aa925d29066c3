/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way down from EL2 and what stays there (Arm ARM, DDI 0487, chapter D1 and the registers'
 * descriptions): first vectors without a stack, which open the way for C (el2.c), then those that
 * have one.
 */
#include "boot.h"
#include "asm/el2.h"
#include "asm/ptrace.h"

	.text
/* To EL1 with all of it allowed. X20 becomes the level that we came from. Changes X1 to X3, X21. */
	.globl down_to_el1
down_to_el1:
	mrs x20, CurrentEL
	lsr x20, x20, #2
	cmp x20, #2
	b.lo 1f
	mov x21, x30
	bl el2_defaults
	adrp x1, el2_closed_vectors
	add x1, x1, :lo12:el2_closed_vectors
	msr vbar_el2, x1
	mov x1, #0x3c5			/* EL1h, all masked */
	msr spsr_el2, x1
	msr elr_el2, x21
	ldr w1, =SCTLR_BOOT
	msr sctlr_el1, x1
	eret
1:	ret

/*
 * u64 el2_defaults(u64 unused), at EL2: nothing of EL1 traps; the virtual ID registers and traps of
 * extensions, which reset may leave unknown, are set; GIC system registers, if there are any (IHI
 * 0069, ICC_SRE_EL2). Changes X0 to X3.
 */
	.globl el2_defaults
el2_defaults:
	ldr x1, =HCR_DEFAULT
	msr hcr_el2, x1
	isb
	mov x1, #3			/* EL1PCTEN, EL1PCEN */
	msr cnthctl_el2, x1
	msr cntvoff_el2, xzr
	msr vttbr_el2, xzr
	msr hstr_el2, xzr
	mrs x1, midr_el1
	msr vpidr_el2, x1
	mrs x1, mpidr_el1
	msr vmpidr_el2, x1
	mrs x2, id_aa64dfr0_el1		/* MDCR_EL2.HPMN: all counters are EL1's */
	ubfx x2, x2, #8, #4
	sub x2, x2, #1
	mov x1, xzr
	cmp x2, #14
	b.hs 1f
	mrs x1, pmcr_el0
	ubfx x1, x1, #11, #5
1:	msr mdcr_el2, x1
	mrs x2, id_aa64pfr0_el1
	mov x1, #0x33ff			/* the bits that are one without SVE and SME */
	ubfx x3, x2, #32, #4
	cbz x3, 2f
	bic x1, x1, #0x100		/* TZ */
	msr cptr_el2, x1
	isb
	mov x3, #15
	msr s3_4_c1_c2_0, x3		/* ZCR_EL2: every length */
2:	msr cptr_el2, x1
	mrs x1, id_aa64mmfr0_el1	/* FEAT_FGT: its traps */
	ubfx x1, x1, #56, #4
	cbz x1, 3f
	msr s3_4_c1_c1_4, xzr		/* HFGRTR_EL2 */
	msr s3_4_c1_c1_5, xzr		/* HFGWTR_EL2 */
	msr s3_4_c1_c1_6, xzr		/* HFGITR_EL2 */
	msr s3_4_c3_c1_4, xzr		/* HDFGRTR_EL2 */
	msr s3_4_c3_c1_5, xzr		/* HDFGWTR_EL2 */
3:	mrs x1, id_aa64mmfr1_el1	/* FEAT_HCX */
	ubfx x1, x1, #40, #4
	cbz x1, 4f
	msr s3_4_c1_c2_2, xzr		/* HCRX_EL2 */
4:	ubfx x2, x2, #24, #4
	cbz x2, 5f
	mrs x1, s3_4_c12_c9_5		/* ICC_SRE_EL2: SRE, Enable */
	orr x1, x1, #1
	orr x1, x1, #8
	msr s3_4_c12_c9_5, x1
	isb
	msr s3_4_c12_c11_0, xzr		/* ICH_HCR_EL2 */
5:	isb
	mov x0, xzr
	ret

/* ---- without a stack ---- */

	.p2align 11
el2_closed_vectors:
	.rept 8
	.p2align 7
	b .
	.endr
	.p2align 7
	msr tpidr_el2, x16
	mrs x16, esr_el2
	ubfx x16, x16, #26, #6
	cmp x16, #0x16			/* HVC of AArch64 */
	b.ne 1f
	mrs x16, esr_el2
	and w16, w16, #0xffff
	sub w16, w16, #(EL2_HVC_OPEN & 0xf000)
	cmp w16, #(EL2_HVC_OPEN & 0xfff)
	b.eq el2_do_open
	cmp w16, #(EL2_HVC_UP & 0xfff)
	b.eq el2_do_up
1:	mov x0, #-1			/* NOT_SUPPORTED */
	mrs x16, tpidr_el2
	eret
	.rept 7
	.p2align 7
	b .
	.endr
	.p2align 7

/*
 * X0 to X5: TTBR0_EL2, TCR_EL2, MAIR_EL2, SCTLR_EL2, SP_EL2, VBAR_EL2. Memory is not touched before
 * the MMU is on.
 */
el2_do_open:
	msr ttbr0_el2, x0
	msr tcr_el2, x1
	msr mair_el2, x2
	mov sp, x4
	msr vbar_el2, x5
	isb
	tlbi alle2
	dsb nsh
	isb
	msr sctlr_el2, x3
	isb
	mov x0, xzr
	mrs x16, tpidr_el2
	eret

/*
 * X0 to X6: TTBR0_EL2, TCR_EL2, MAIR_EL2, SCTLR_EL2, HCR_EL2, CPTR_EL2, VBAR_EL2. Returns to its
 * caller at EL2, on its stack.
 */
el2_do_up:
	mrs x16, sp_el1
	mov sp, x16
	msr hcr_el2, x4
	isb
	msr ttbr0_el2, x0
	msr tcr_el2, x1
	msr mair_el2, x2
	msr cptr_el2, x5
	msr vbar_el2, x6
	mov x16, #0xc03			/* CNTHCTL_EL2: EL1PTEN, EL1PCTEN, EL0VCTEN, EL0PCTEN */
	msr cnthctl_el2, x16
	isb
	tlbi alle2
	dsb nsh
	isb
	msr sctlr_el2, x3
	isb
	mrs x16, spsr_el2
	bic x16, x16, #0xf
	orr x16, x16, #PSR_MODE_EL2t
	orr x16, x16, #1
	msr spsr_el2, x16
	mrs x16, tpidr_el2
	eret

/*
 * u64 el2_switch(u64 hcr, u64 tcr, u64 cptr, u64 cnthctl), at EL2: the four change their layout by
 * HCR_EL2.E2H together.
 */
	.globl el2_switch
el2_switch:
	mrs x4, sctlr_el2
	bic x5, x4, #1
	msr sctlr_el2, x5
	isb
	msr hcr_el2, x0
	isb
	msr tcr_el2, x1
	msr cptr_el2, x2
	msr cnthctl_el2, x3
	isb
	tlbi alle2
	dsb nsh
	isb
	msr sctlr_el2, x4
	isb
	mov x0, xzr
	ret

/* ---- with a stack: a struct pt_regs, el2_dispatch(vector, regs), back ---- */

	.p2align 11
	.globl el2_vectors
el2_vectors:
	.set vector, 0
	.rept 16
	.p2align 7
	sub sp, sp, #PT_SIZE
	stp x0, x1, [sp]
	mov x0, #vector
	b el2_save
	.set vector, vector + 1
	.endr
	.p2align 7

	.macro all_registers op
	\op x2, x3, [sp, #16]
	\op x4, x5, [sp, #32]
	\op x6, x7, [sp, #48]
	\op x8, x9, [sp, #64]
	\op x10, x11, [sp, #80]
	\op x12, x13, [sp, #96]
	\op x14, x15, [sp, #112]
	\op x16, x17, [sp, #128]
	\op x18, x19, [sp, #144]
	\op x20, x21, [sp, #160]
	\op x22, x23, [sp, #176]
	\op x24, x25, [sp, #192]
	\op x26, x27, [sp, #208]
	\op x28, x29, [sp, #224]
	.endm

el2_save:
	all_registers stp
	mov x2, sp
	add x2, x2, #PT_SIZE
	stp x30, x2, [sp, #240]
	mrs x2, elr_el2
	mrs x3, spsr_el2
	stp x2, x3, [sp, #PT_PC]
	mov x1, sp
	mov x29, xzr
	bl el2_dispatch
	ldp x2, x3, [sp, #PT_PC]
	msr elr_el2, x2
	msr spsr_el2, x3
	ldr x30, [sp, #240]
	all_registers ldp
	ldp x0, x1, [sp]
	add sp, sp, #PT_SIZE
	eret
