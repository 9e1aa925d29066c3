/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For assembly that is entered from outside: by a loader, a firmware that starts a CPU, or one that
 * comes back from a call.
 */
#ifndef PPC64_ENTRY_MACROS_H
#define PPC64_ENTRY_MACROS_H

#include "asm/reg.h"

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	/*
	 * Goes on behind itself in little-endian order: bytes, since they are fetched in the
	 * other one. Uses r10 to r12. The first word is a compare without consequence in
	 * big-endian order, and a branch over the rest in little-endian.
	 */
	.macro own_byte_order
	.byte 0x2c, 0x00, 0x00, 0x48	/* cmpwi r0, 0x48; or b . + 0x2c */
	.byte 0x7d, 0x88, 0x02, 0xa6	/* mflr r12 */
	.byte 0x42, 0x9f, 0x00, 0x05	/* bcl 20, 31, . + 4 */
	.byte 0x7d, 0x48, 0x02, 0xa6	/* mflr r10 */
	.byte 0x7d, 0x88, 0x03, 0xa6	/* mtlr r12 */
	.byte 0x39, 0x4a, 0x00, 0x20	/* addi r10, r10, 0x20 */
	.byte 0x7d, 0x60, 0x00, 0xa6	/* mfmsr r11 */
	.byte 0x61, 0x6b, 0x00, 0x01	/* ori r11, r11, MSR_LE */
	.byte 0x7d, 0x5a, 0x03, 0xa6	/* mtsrr0 r10 */
	.byte 0x7d, 0x7b, 0x03, 0xa6	/* mtsrr1 r11 */
	.byte 0x4c, 0x00, 0x00, 0x24	/* rfid */
	.endm
#else
	.macro own_byte_order
	.endm
#endif

	/*
	 * 64-bit mode (not all loaders leave it on), machine checks on, the byte order and the
	 * hypervisor state as they are. Uses r10 and r11.
	 */
	.macro own_msr
	mfmsr 10
	li 11, 1
	sldi 11, 11, 60
	ori 11, 11, MSR_LE
	and 11, 11, 10
	li 10, 1
	sldi 10, 10, 63
	ori 10, 10, MSR_ME | MSR_RI
	or 11, 11, 10
	lis 10, 1f@ha
	addi 10, 10, 1f@l
	mtspr SPR_SRR0, 10
	mtspr SPR_SRR1, 11
	rfid
1:
	.endm

	.macro load_toc
	lis 2, .TOC.@ha
	addi 2, 2, .TOC.@l
	.endm

#endif
