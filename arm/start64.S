/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry of an arm64 image by Linux' boot protocol (Documentation/arch/arm64/booting.rst): X0 is the
 * device tree, MMU and data cache are off. Goes down to EL1 (lib/arm64/el2.S), turns both on with
 * one to one tables made here, and on to C. C never runs without them: exclusive accesses work in
 * cached memory only (Arm ARM, section B2.9).
 */
#include "boot.h"

	.section .head, "ax", %progbits
	.globl start
start:
	b first_cpu
	.long 0
	.quad 0x80000			/* offset from 2 MiB boundary */
	.quad image_size
	.quad 2				/* little-endian, 4 KiB pages */
	.quad 0, 0, 0
	.ascii "ARMd"
	.long 0

first_cpu:
	mov x19, x0
	bl down_to_el1
	adrp x0, boot_table0
	bl mmu_on
	adrp x1, bss_start		/* cleared only now: before, the cache would not know */
	adrp x2, image_end
1:	stp xzr, xzr, [x1], #16
	cmp x1, x2
	b.lo 1b
	adrp x1, boot_level
	str x20, [x1, :lo12:boot_level]
	adrp x1, boot_stack_end
	mov sp, x1
	msr tpidr_el1, xzr		/* arch_cpu_id() */
	mov x29, xzr			/* these end stack traces */
	mov x30, xzr
	mov x0, x19
	b arm_start

	/* PSCI CPU_ON enters here: X0 is a struct secondary_boot (cpu, stack, root, tcr, mair, function). */
	.globl secondary_start
secondary_start:
	mov x19, x0
	bl down_to_el1
	ldr x1, [x19, #24]
	ldr x2, [x19, #32]
	ldr x0, [x19, #16]
	bl mmu_on_with
	ldr x1, [x19, #8]
	mov sp, x1
	ldr x0, [x19, #0]
	msr tpidr_el1, x0
	mov x29, xzr
	bl el2_follow
	mov x30, xzr
	ldr x1, [x19, #40]
	mov x0, x19
	br x1

/* X0: the root table. X1, X2: TCR without the size of physical addresses, MAIR. */
mmu_on:
	ldr x1, =TCR_BOOT
	mrs x3, id_aa64mmfr0_el1
	and x3, x3, #15
	mov x4, #5			/* 48 bits are all that these tables can say */
	cmp x3, x4
	csel x3, x3, x4, lo
	orr x1, x1, x3, lsl #32
	ldr x2, =MAIR_VALUE
	.globl mmu_on_with
mmu_on_with:
	ldr w4, =SCTLR_BOOT
	msr sctlr_el1, x4
	isb
	msr mair_el1, x2
	msr tcr_el1, x1
	msr ttbr0_el1, x0
	mov x3, #(3 << 20)		/* CPACR_EL1.FPEN: a test's own FP instructions */
	msr cpacr_el1, x3
	isb
	tlbi vmalle1
	ic iallu
	dsb nsh
	isb
	mov x3, #SCTLR_MMU_CACHES
	orr x4, x4, x3
	msr sctlr_el1, x4
	isb
	ret

/*
 * void mmu_switch(root, tcr, mair): changes all three with the MMU off, since entries of another size for the same
 * address in one TLB are a fault (section D8.16.1). Interrupts are off; touches no memory meanwhile.
 */
	.globl mmu_switch
mmu_switch:
	mrs x3, sctlr_el1
	bic x4, x3, #1
	msr sctlr_el1, x4
	isb
	msr mair_el1, x2
	msr tcr_el1, x1
	msr ttbr0_el1, x0
	isb
	tlbi vmalle1
	dsb nsh
	isb
	msr sctlr_el1, x3
	isb
	ret

/*
 * void mmu_replace(entry, value): stores value to a translation table with the MMU off, and so past the cache, from which
 * the line is taken before and after. Then no translation of the old entry is left. Interrupts are off.
 */
	.globl mmu_replace
mmu_replace:
	dc civac, x0
	dsb sy
	mrs x3, sctlr_el1
	bic x4, x3, #1
	msr sctlr_el1, x4
	isb
	str x1, [x0]
	dsb sy
	dc ivac, x0
	tlbi vmalle1is
	dsb sy
	isb
	msr sctlr_el1, x3
	isb
	ret

	.section .bss.boot, "aw", %nobits
	.p2align STACK_SHIFT
	.skip 1 << STACK_SHIFT		/* its upper end is unmapped: an overflow faults */
	.globl boot_stack
boot_stack:
	.skip 1 << STACK_SHIFT
boot_stack_end:

	/*
	 * By 1 GiB: the first and all above the second are devices (0x...0405: valid block, MT_DEVICE_nGnRE, accessed,
	 * never executed), the second, where the image is, memory (MT_NORMAL, inner shareable). lib/arm64/mmu.c takes over.
	 */
	.section .data.boot, "aw", %progbits
	.p2align 12
boot_table0:
	.quad boot_table1 + 3
	.fill 511, 8, 0
boot_table1:
	.quad 0x0060000000000405
	.quad 0x0000000040000711
	.set address, 0x80000000
	.rept 510
	.quad address + 0x0060000000000405
	.set address, address + 0x40000000
	.endr
