/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All floating-point and vector registers to and from memory. By number, since the rest of the
 * image is built without them: FLD and FSD (Unprivileged ISA, chapter 12), VL1RE8.V and VS1R.V (V
 * 1.0, section 7.9).
 */
	.text

	.macro of_32 name
	\name 0
	.irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23
	\name \n
	.endr
	.irp n, 24, 25, 26, 27, 28, 29, 30, 31
	\name \n
	.endr
	.endm

	/* fld fn, 8n(a0); fsd */
	.macro fld_n n
	.4byte 0x00053007 + (\n << 7) + (\n << 23)
	.endm
	.macro fsd_n n
	.4byte 0x00053027 + ((\n & 3) << 10) + ((\n >> 2) << 25) + (\n << 20)
	.endm
	/* vl1re8.v vn, (a0); vs1r.v; and on by the length of one in a1 */
	.macro vld_n n
	.4byte 0x02850007 + (\n << 7)
	add a0, a0, a1
	.endm
	.macro vst_n n
	.4byte 0x02850027 + (\n << 7)
	add a0, a0, a1
	.endm

	.macro function name
	.globl \name
	.type \name, %function
\name:
	.endm

function fp_load
	of_32 fld_n
	ret
function fp_store
	of_32 fsd_n
	ret
function vector_load
	of_32 vld_n
	ret
function vector_store
	of_32 vst_n
	ret
