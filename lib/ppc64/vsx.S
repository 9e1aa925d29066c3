/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All 64 VSX registers, which are the floating-point and the vector registers too, from and to
 * memory (asm/vsx.h). Words instead of LXVD2X and STXVD2X, which not all assemblers take when the
 * compiler is told to use no vector registers (Power ISA 3.1B, Book I, section 7.6).
 */
	.text

	/* extended: 844 is LXVD2X, 972 STXVD2X; register 0 to 63, RA 0, RB r3. */
	.macro each extended
	.irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	.long 0x7c000000 | \n << 21 | 3 << 11 | \extended << 1
	addi 3, 3, 16
	.endr
	.irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	.long 0x7c000001 | \n << 21 | 3 << 11 | \extended << 1
	addi 3, 3, 16
	.endr
	.endm

	.globl vsx_load
	.type vsx_load, %function
vsx_load:
	each 844
	blr
	.size vsx_load, . - vsx_load

	.globl vsx_store
	.type vsx_store, %function
vsx_store:
	each 972
	blr
	.size vsx_store, . - vsx_store
