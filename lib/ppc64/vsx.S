/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All 64 VSX registers, which are the floating-point and the vector registers too, from and to
 * memory (asm/vsx.h). Words instead of LXVD2X and STXVD2X, which not all assemblers take when the
 * compiler is told to use no vector registers (Power ISA 3.1B, Book I, section 7.6).
 */
	.text

	.macro each_of_32 low
	.set vsr, 0
	.rept 32
	.long \low|vsr<<21
	addi 3, 3, 16
	.set vsr, vsr + 1
	.endr
	.endm

	/* extended: 844 is LXVD2X, 972 STXVD2X; register 0 to 63, RA 0, RB r3. */
	.macro each extended
	each_of_32 0x7c000000|3<<11|\extended<<1
	each_of_32 0x7c000001|3<<11|\extended<<1
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
