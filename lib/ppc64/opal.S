/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * long opal_call(unsigned long token, ...): token in r0, up to seven arguments in r3 to r9, r2 the
 * firmware's base; it runs in real mode, big-endian, with interrupts off, on a stack of its own
 * (skiboot's doc/opal-api and asm/head.S: opal_entry).
 */
#include "ppc64/entry-macros.h"

#define FRAME		112
#define FRAME_MSR	64
#define FRAME_CR	72
#define FRAME_R13	80

	.text
	.globl opal_call
	.type opal_call, %function
opal_call:
	mflr 0
	std 0, 16(1)
	stdu 1, -FRAME(1)
	mfmsr 12
	std 12, FRAME_MSR(1)
	mfcr 11
	stw 11, FRAME_CR(1)
	std 13, FRAME_R13(1)
	mr 0, 3
	mr 3, 4
	mr 4, 5
	mr 5, 6
	mr 6, 7
	mr 7, 8
	mr 8, 9
	mr 9, 10
	li 11, 0
	mtmsrd 11, 1
	lis 11, opal_return@ha
	addi 11, 11, opal_return@l
	mtlr 11
	li 11, 0
	ori 11, 11, MSR_EE | MSR_IR | MSR_DR | MSR_LE | MSR_RI
	andc 12, 12, 11
	lis 11, opal_entry@ha
	ld 11, opal_entry@l(11)
	mtspr SPR_SRR0, 11
	mtspr SPR_SRR1, 12
	lis 2, opal_base@ha
	ld 2, opal_base@l(2)
	rfid
opal_return:
	own_byte_order
	load_toc
	lwz 11, FRAME_CR(1)
	mtcr 11
	ld 13, FRAME_R13(1)
	ld 12, FRAME_MSR(1)
	mtmsrd 12
	isync
	addi 1, 1, FRAME
	ld 0, 16(1)
	mtlr 0
	blr
	.size opal_call, . - opal_call
