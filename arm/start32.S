/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry of an arm image by Linux' boot protocol (Documentation/arch/arm/booting.rst): R2 is the
 * device tree, MMU and data cache are off, A32. Goes down from HYP mode to SVC mode, turns both on
 * with one to one tables made here, and on to C. C never runs without them: exclusive accesses work
 * in cached memory only (ARMv7 ARM, section A3.4.5).
 */
#include "asm/ptrace.h"
#include "boot.h"

	.arm
	.arch_extension virt
	.fpu vfpv3
	.section .head, "ax", %progbits
	.globl start
start:
	mov r8, r2
	bl down_to_svc
	ldr r0, =boot_table
	mov r1, #0
	ldr r2, =TTBCR_BOOT
	ldr r3, =MAIR0_VALUE
	ldr r4, =MAIR1_VALUE
	bl mmu_on
	ldr r0, =bss_start		/* cleared only now: before, the cache would not know */
	ldr r1, =image_end
	mov r2, #0
1:	str r2, [r0], #4
	cmp r0, r1
	blo 1b
	ldr r0, =boot_level
	str r9, [r0]
	ldr sp, =boot_stack_end
	mcr p15, 0, r2, c13, c0, 4	/* TPIDRPRW: arch_cpu_id() */
	mov r0, r8
	mov r1, #0
	mov r11, #0			/* these end stack traces */
	mov lr, #0
	b arm_start

	/*
	 * PSCI CPU_ON enters here: R0 is a struct secondary_boot (cpu, stack, root, tcr, mair: 64
	 * bits each; function).
	 */
	.globl secondary_start
	.type secondary_start, %function
secondary_start:
	mov r8, r0
	bl down_to_svc
	ldrd r0, r1, [r8, #16]
	ldr r2, [r8, #24]
	ldr r3, [r8, #32]
	ldr r4, [r8, #36]
	bl mmu_on
	ldr sp, [r8, #8]
	ldr r0, [r8, #0]
	mcr p15, 0, r0, c13, c0, 4
	ldr r1, [r8, #40]
	mov r0, r8
	mov r11, #0
	mov lr, #0
	bx r1

/*
 * To SVC mode with all of it allowed: physical timers; no trap of coprocessors; the virtual ID
 * registers, which reset may leave unknown; GIC system registers, if there are any (ARMv7 ARM,
 * section B1.5.7 and chapter B4; IHI 0069, section 12.7.8). R9 becomes the level that we came from.
 */
down_to_svc:
	cpsid aif
	mrs r0, cpsr
	and r0, r0, #MODE_MASK
	mov r9, #1
	cmp r0, #HYP_MODE
	beq 1f
	mov r1, lr
	cps #SVC_MODE
	bx r1
1:	mov r9, #2
	mov r0, #0x20000000		/* HCR.HCD: nobody is there to take an HVC */
	mcr p15, 4, r0, c1, c1, 0
	mov r0, #3			/* CNTHCTL */
	mcr p15, 4, r0, c14, c1, 0
	mov r0, #0
	mov r1, #0
	mcrr p15, 4, r0, r1, c14	/* CNTVOFF */
	mcr p15, 4, r0, c1, c1, 3	/* HSTR */
	mrc p15, 0, r0, c0, c0, 0
	mcr p15, 4, r0, c0, c0, 0	/* VPIDR */
	mrc p15, 0, r0, c0, c0, 5
	mcr p15, 4, r0, c0, c0, 5	/* VMPIDR */
	ldr r0, =0x33ff
	mcr p15, 4, r0, c1, c1, 2	/* HCPTR */
	mrc p15, 0, r0, c9, c12, 0	/* PMCR.N */
	ubfx r0, r0, #11, #5
	mcr p15, 4, r0, c1, c1, 1	/* HDCR.HPMN */
	mrc p15, 0, r0, c0, c1, 1	/* ID_PFR1.GIC */
	lsrs r0, r0, #28
	beq 2f
	mrc p15, 4, r0, c12, c9, 5	/* ICC_HSRE: SRE, Enable */
	orr r0, r0, #9
	mcr p15, 4, r0, c12, c9, 5
	isb
	mov r0, #0
	mcr p15, 4, r0, c12, c11, 0	/* ICH_HCR */
2:	mov r0, #SVC_MODE | PSR_A_BIT | PSR_I_BIT | PSR_F_BIT
	msr spsr_cxsf, r0
	msr elr_hyp, lr
	ldr r0, =SCTLR_BOOT
	mcr p15, 0, r0, c1, c0, 0
	eret

/* R0, R1: the root table. R2: TTBCR. R3, R4: MAIR0 and MAIR1. */
mmu_on:
	ldr r5, =SCTLR_BOOT
	mcr p15, 0, r5, c1, c0, 0
	isb
	mcr p15, 0, r3, c10, c2, 0
	mcr p15, 0, r4, c10, c2, 1
	mcr p15, 0, r2, c2, c0, 2
	mcrr p15, 0, r0, r1, c2
	mov r6, #0xf00000		/* CPACR: a test's own VFP instructions */
	mcr p15, 0, r6, c1, c0, 2
	isb
	mrc p15, 0, r6, c1, c0, 2
	tst r6, #0xf00000		/* none without VFP */
	beq 1f
	mov r6, #0x40000000		/* FPEXC.EN */
	vmsr fpexc, r6
1:	mov r6, #0
	mcr p15, 0, r6, c8, c7, 0	/* TLBIALL */
	mcr p15, 0, r6, c7, c5, 0	/* ICIALLU */
	mcr p15, 0, r6, c7, c5, 6	/* BPIALL */
	dsb nsh
	isb
	ldr r6, =SCTLR_MMU_CACHES
	orr r5, r5, r6
	mcr p15, 0, r5, c1, c0, 0
	isb
	bx lr

/*
 * void mmu_switch(root, tcr, mair), 64 bits each: changes all three with the MMU off, since entries
 * of another size for the same address in one TLB are a fault. Interrupts are off; touches no
 * memory meanwhile.
 */
	.globl mmu_switch
	.type mmu_switch, %function
mmu_switch:
	push {r4, r5, r6, lr}
	ldrd r4, r5, [sp, #16]
	mrc p15, 0, r3, c1, c0, 0
	bic r6, r3, #1
	mcr p15, 0, r6, c1, c0, 0
	isb
	mcr p15, 0, r4, c10, c2, 0
	mcr p15, 0, r5, c10, c2, 1
	mcr p15, 0, r2, c2, c0, 2
	mcrr p15, 0, r0, r1, c2
	isb
	mcr p15, 0, r0, c8, c7, 0	/* TLBIALL */
	dsb nsh
	isb
	mcr p15, 0, r3, c1, c0, 0
	isb
	pop {r4, r5, r6, pc}

/*
 * void mmu_replace(entry, value), 64 bits of value: stores it to a translation table with the MMU
 * off, and so past the cache, from which the line is taken before and after. Then no translation of
 * the old entry is left. Interrupts are off.
 */
	.globl mmu_replace
	.type mmu_replace, %function
mmu_replace:
	mcr p15, 0, r0, c7, c14, 1	/* DCCIMVAC */
	dsb sy
	mrc p15, 0, r1, c1, c0, 0
	bic ip, r1, #1
	mcr p15, 0, ip, c1, c0, 0
	isb
	strd r2, r3, [r0]
	dsb sy
	mcr p15, 0, r0, c7, c6, 1	/* DCIMVAC */
	mcr p15, 0, r0, c8, c3, 0	/* TLBIALLIS */
	dsb sy
	isb
	mcr p15, 0, r1, c1, c0, 0
	isb
	bx lr
	.ltorg

	.section .bss.boot, "aw", %nobits
	.p2align STACK_SHIFT
	.skip 1 << STACK_SHIFT		/* its upper end is unmapped: an overflow faults */
	.globl boot_stack
boot_stack:
	.skip 1 << STACK_SHIFT
boot_stack_end:

	/*
	 * By 1 GiB: the second, where the image is, is memory (MT_NORMAL, inner shareable), the
	 * others are devices (0x...0405: valid block, MT_DEVICE_nGnRE, accessed, never executed).
	 * lib/arm/mmu.c takes over.
	 */
	.section .data.boot, "aw", %progbits
	.p2align 5
boot_table:
	.quad 0x0060000000000405
	.quad 0x0000000040000711
	.quad 0x0060000080000405
	.quad 0x00600000c0000405
