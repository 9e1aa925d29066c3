/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Into a guest and out of it again: void guest_enter(struct guest *g), see guest.h for the layout.
 * While it runs stvec leads here and sscratch is the struct guest: whatever ends it, an interrupt
 * too, is an exit.
 */
#include "asm/csr.h"
#include "guest.h"

	.text
	.option norelax

	.macro host insn
	\insn ra, GUEST_HOST(a0)
	\insn sp, GUEST_HOST + 8(a0)
	\insn gp, GUEST_HOST + 16(a0)
	\insn tp, GUEST_HOST + 24(a0)
	\insn s0, GUEST_HOST + 32(a0)
	\insn s1, GUEST_HOST + 40(a0)
	\insn s2, GUEST_HOST + 48(a0)
	\insn s3, GUEST_HOST + 56(a0)
	\insn s4, GUEST_HOST + 64(a0)
	\insn s5, GUEST_HOST + 72(a0)
	\insn s6, GUEST_HOST + 80(a0)
	\insn s7, GUEST_HOST + 88(a0)
	\insn s8, GUEST_HOST + 96(a0)
	\insn s9, GUEST_HOST + 104(a0)
	\insn s10, GUEST_HOST + 112(a0)
	\insn s11, GUEST_HOST + 120(a0)
	.endm

	/* All registers of the guest but a0 (x10). */
	.macro each insn
	.irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24
	\insn x\n, \n * 8(a0)
	.endr
	.irp n, 25, 26, 27, 28, 29, 30, 31
	\insn x\n, \n * 8(a0)
	.endr
	.endm

	.globl guest_enter
	.type guest_enter, %function
guest_enter:
	host sd
	csrr t0, CSR_STVEC
	sd t0, GUEST_STVEC(a0)
	lla t0, guest_exit
	csrw CSR_STVEC, t0
	csrw CSR_SSCRATCH, a0
	each ld
	ld a0, 80(a0)
	sret
	.size guest_enter, . - guest_enter

	.p2align 2
guest_exit:
	csrrw a0, CSR_SSCRATCH, a0
	each sd
	csrrw t0, CSR_SSCRATCH, zero
	sd t0, 80(a0)
	ld t0, GUEST_STVEC(a0)
	csrw CSR_STVEC, t0
	host ld
	ret
