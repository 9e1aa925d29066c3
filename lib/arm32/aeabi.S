/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What compilers call by the names of Arm's run-time ABI (IHI 0043, sections 4.3.1 and 4.3.4):
 * division of 64 bits, which returns the quotient in R0 and R1 and the remainder in R2 and R3, and
 * memory functions with arguments in another order.
 */
	.text
	.arm
	.macro function name
	.globl \name
	.type \name, %function
\name:
	.endm

	.macro division name, by
	function \name
	push {r11, lr}
	sub sp, sp, #16
	add ip, sp, #8
	str ip, [sp]			/* the fifth argument: where the remainder goes */
	bl \by
	ldrd r2, r3, [sp, #8]
	add sp, sp, #16
	pop {r11, pc}
	.size \name, . - \name
	.endm

	division __aeabi_uldivmod, __udivmoddi4
	division __aeabi_ldivmod, __divmoddi4

	.irp name, __aeabi_memcpy, __aeabi_memcpy4, __aeabi_memcpy8
	function \name
	.endr
	b memcpy
	.irp name, __aeabi_memmove, __aeabi_memmove4, __aeabi_memmove8
	function \name
	.endr
	b memmove
	.irp name, __aeabi_memclr, __aeabi_memclr4, __aeabi_memclr8
	function \name
	.endr
	mov r2, r1
	mov r1, #0
	b memset
	.irp name, __aeabi_memset, __aeabi_memset4, __aeabi_memset8
	function \name
	.endr
	mov r3, r1
	mov r1, r2
	mov r2, r3
	b memset
