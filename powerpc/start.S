/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry of a ppc64 image: real mode, big-endian, interrupts off, r3 the flattened device tree
 * (pseries: powerpc/rom/rom.S; powernv: skiboot, which leaves the ELF file where QEMU put it).
 * Other CPUs come by RTAS, big-endian too, with r3 their struct thread_info, or by OPAL, with r3
 * their number. SPRG0 becomes the CPU's struct thread_info.
 */
#include "asm/reg.h"
#include "powerpc/thread_info.h"
#include "ppc64/entry-macros.h"

	.section .text.start, "ax", %progbits
	.globl start
start:
	own_byte_order
	bl where_it_belongs
	own_msr
	load_toc
	lis 13, cpus@ha
	addi 13, 13, cpus@l
	mtspr SPR_SPRG0, 13
	lis 1, (boot_stack_top - STACK_TOP_ROOM)@ha
	addi 1, 1, (boot_stack_top - STACK_TOP_ROOM)@l
	li 0, 0
	std 0, 0(1)		/* the end of every stack trace */
	std 0, 16(1)
	mtlr 0
	mr 4, 5
	bl powerpc_start
	nop

	/*
	 * Copies the image from where it runs to where it is linked, clears its .bss and returns
	 * there; nothing to do where the loader did so. In the file everything is as far apart as
	 * in memory. Uses r7 and r9 to r12.
	 */
where_it_belongs:
	mflr 12
	lis 10, 1f@ha
	addi 10, 10, 1f@l
	bcl 20, 31, 1f
1:	mflr 11
	mtlr 12
	subf. 11, 10, 11	/* how far off it is */
	beqlr
	subf 12, 11, 12
	mtlr 12
	lis 10, image_start@ha
	addi 10, 10, image_start@l
	lis 9, data_end@ha
	addi 9, 9, data_end@l
2:	ldx 7, 11, 10
	std 7, 0(10)
	dcbst 0, 10
	sync
	icbi 0, 10
	addi 10, 10, 8
	cmpld 10, 9
	blt 2b
	lis 9, image_end@ha
	addi 9, 9, image_end@l
	li 7, 0
3:	std 7, 0(10)
	addi 10, 10, 8
	cmpld 10, 9
	blt 3b
	sync
	isync
	blr

	/* One at a time: opal_starting is the struct thread_info of the CPU that comes. */
	.globl secondary_entry_opal
secondary_entry_opal:
	own_byte_order
	lis 3, opal_starting@ha
	ld 3, opal_starting@l(3)
	b secondary_own_order

	.globl secondary_entry
secondary_entry:
	own_byte_order
secondary_own_order:
	mtspr SPR_SPRG0, 3
	own_msr
	load_toc
	ld 1, TI_KERNEL_SP(3)
	li 0, 0
	std 0, 0(1)
	std 0, 16(1)
	mtlr 0
	bl secondary_start
	nop

	.section .bss.stack, "aw", %nobits
	.p2align 12
boot_stack:
	.skip BOOT_STACK_SIZE
boot_stack_top:
	.skip EMERGENCY_STACK_SIZE
	.globl emergency_stack_top
emergency_stack_top:
