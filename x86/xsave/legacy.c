/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The legacy region (SDM volume 1, 13.4.1, 13.5.1 and 13.5.2): MXCSR and its mask belong to SSE, but in the standard
 * format to AVX as well; XRSTOR does not look at the mask; bytes 511:464 are the program's; x87's pointers, the tag
 * word in its short form. Outside 64-bit mode there are eight XMM.
 */
#include "xsave.h"

CASE(mxcsr_mask, "MXCSR_MASK is what FXSAVE says, has what every CPU has, and no bit above 17")
{
	static struct xsave_area fx;

	enable_all();
	save_all(&saved);
	asm volatile("fxsave (%0)" : : "r" (&fx) : "memory");
	expect_eq(saved.mxcsr_mask, fx.mxcsr_mask);
	expect_eq(saved.mxcsr_mask & 0xffbf, 0xffbf);
	expect_eq(saved.mxcsr_mask >> 18, 0);
}

CASE(mxcsr_values, "each value of MXCSR that has one bit less or more than initially is kept, and STMXCSR tells it")
{
	enable_all();
	for (u32 bit = 0; bit < 16; bit++) {
		u32 value = MXCSR_INIT ^ 1u << bit, stored = 0;

		if (bit == 6)	/* DAZ: not on every CPU */
			continue;
		make_image(&image, 50 + bit, 0);
		image.mxcsr = value;
		load_image(&image);
		asm volatile("stmxcsr %0" : "=m" (stored));
		expect_eq(stored, value);
		save_all(&saved);
		expect_eq(saved.mxcsr, value);
		expect_eq(saved.xstate_bv & 2, 2);
	}
}

/* 13.6: SSE is in use if MXCSR is not as initially, whatever is in the registers; XSAVEC and XSAVES must say so. */
CASE(mxcsr_in_use, "MXCSR alone, with all XMM zero, is saved")
{
	enable_all();
	for (int loaded = 0; loaded < 2; loaded++) {
		const u32 value = MXCSR_INIT ^ 0x6000;

		asm volatile("ldmxcsr %0" : : "m" (value));
		blank(&saved);
		expect_eq((this_cpu_has(X86_FEATURE_XSAVEC) ? xsavec : xsave).run(&saved, 2), 0);
		expect_eq(saved.mxcsr, value);
		expect_eq(saved.xstate_bv & 2, this_cpu_has(X86_FEATURE_XSAVEC) ? 2 : saved.xstate_bv & 2);
		load_initial();
	}
}

/* XSAVE and XSAVEOPT write MXCSR with RFBM[1] or [2]. */
static void check_saved_with(const struct save *insn, u64 mask, bool written)
{
	u32 fill = FILL * 0x01010101u;

	make_image(&image, 51, 0);
	load_image(&image);
	blank(&saved);
	expect_eq(insn->run(&saved, mask), 0);
	expect_eq_msg(saved.mxcsr, written ? image.mxcsr : fill, "%s, mask %#" PRIx64, insn->name, mask);
	expect_eq_msg(saved.mxcsr_mask != fill, written, "%s, mask %#" PRIx64, insn->name, mask);
}

static void check_mxcsr_saved(const struct save *insn)
{
	enable_save(insn);
	check_saved_with(insn, XFEATURE_MASK_FP, false);
	check_saved_with(insn, XFEATURE_MASK_SSE, true);
	check_saved_with(insn, this_cpu_supported_xcr0() & ~(XFEATURE_MASK_FP_SSE | XFEATURE_MASK_YMM), false);
	if (this_cpu_supported_xcr0() & XFEATURE_MASK_YMM)
		check_saved_with(insn, XFEATURE_MASK_YMM, !insn->compacts);
}
EACH_SAVE(mxcsr, "MXCSR and its mask are written with SSE, with AVX in the standard format only, else not", check_mxcsr_saved)

/* XRSTOR of the standard format loads MXCSR with RFBM[1] or [2], whatever XSTATE_BV says (13.8.1). */
static void check_loaded_with(const struct restore *insn, u64 mask, u64 xstate_bv, int from)
{
	u32 wanted;

	make_image(&other, 52, 0);
	load_image(&other);
	make_image(&image, 53, format_for(insn));
	image.xstate_bv = xstate_bv;
	expect_eq(insn->run(&image, mask), 0);
	save_all(&saved);
	wanted = from == 'i' ? image.mxcsr : from == 'o' ? other.mxcsr : MXCSR_INIT;
	expect_eq_msg(saved.mxcsr, wanted, "%s, mask %#" PRIx64 ", XSTATE_BV %#" PRIx64, insn->name, mask, xstate_bv);
}

/* i: from the image; o: stays; 0: initial. */
static void check_mxcsr_loaded(const struct restore *insn)
{
	enable_restore(insn);
	check_loaded_with(insn, XFEATURE_MASK_FP, 3, 'o');
	check_loaded_with(insn, XFEATURE_MASK_SSE, 2, 'i');
	check_loaded_with(insn, XFEATURE_MASK_SSE, 0, insn->compacted ? 0 : 'i');
	if (!(this_cpu_supported_xcr0() & XFEATURE_MASK_YMM))
		return;
	check_loaded_with(insn, XFEATURE_MASK_YMM, 6, insn->compacted ? 'o' : 'i');
	check_loaded_with(insn, XFEATURE_MASK_YMM, 0, insn->compacted ? 'o' : 'i');
}
EACH_RESTORE(mxcsr_loaded, "MXCSR is SSE's; in the standard format AVX's as well, and whatever XSTATE_BV says",
	     check_mxcsr_loaded)

static void check_mask_ignored(const struct restore *insn)
{
	enable_restore(insn);
	make_image(&image, 54, format_for(insn));
	for (int turn = 0; turn < 2; turn++) {
		image.mxcsr_mask = turn ? 0xffffffff : 0;
		memset(image.available, turn ? 0xff : 0x55, sizeof(image.available));
		load_initial();
		expect_eq(insn->run(&image, ~0ull), 0);
		save_all(&saved);
		expect_component(&saved, 0, &image, image.xcomp_bv, 1);
		expect_ne(saved.mxcsr_mask, image.mxcsr_mask);
	}
}
EACH_RESTORE(mask_ignored, "MXCSR_MASK and bytes 511:464 of an image do nothing", check_mask_ignored)

/* ---- x87 ---- */

CASE(x87_words, "x87's control word, status word and tags, as FNSTCW and FNSTENV tell them")
{
	u32 env[7];

	enable_all();
	make_image(&image, 55, 0);
	image.ftw = 0x81;	/* of the physical registers 7 and 0: in FNSTENV's tag word, all others are 3 */
	image.fsw = 3 << 11 | 0x4700;
	image.fcw = 0x0c7f;
	load_image(&image);
	asm volatile("fnstenv %0" : "=m" (env));
	expect_eq(env[0] & 0xffff, image.fcw);
	expect_eq(env[1] & 0xffff, image.fsw);
	for (int i = 0; i < 8; i++)
		expect_eq_msg((env[2] >> 2 * i & 3) == 3, !(image.ftw >> i & 1), "register %d", i);
}

CASE(x87_pending, "an exception that is unmasked and pending is saved and restored, and WAIT raises #MF")
{
	ulong cr0 = read_cr0();

	enable_all();
	make_image(&image, 56, 0);
	image.fcw = 0x37f & ~4;		/* ZM */
	image.fsw = 0x8084;		/* B, ES, ZE */
	load_image(&image);
	save_all(&saved);
	expect_eq(saved.fsw & 0x8084, 0x8084);
	write_cr0(cr0 | X86_CR0_NE);
	expect_eq(asm_safe("fwait"), MF_VECTOR);
	write_cr0(cr0);
}

/* With an exception pending: else CPUs of AMD's load and save zeros (APM volume 2, 11.4.4). */
CASE(x87_pointers, "x87's opcode, instruction and data pointers are kept, an exception being pending")
{
	enable_all();
	make_image(&image, 57, 0);
	image.fcw = 0x37f & ~4;
	image.fsw = 0x8084;
	image.fop = 0x05a5;
	image.fip[0] = 0x12345678;
	image.fdp[0] = 0x09abcdef;
	load_image(&image);
	save_all(&saved);
	expect_eq(saved.fop, image.fop);
	expect_eq(saved.fip[0], image.fip[0]);
	expect_eq(saved.fdp[0], image.fdp[0]);
}
