/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Images that XRSTOR and XRSTORS refuse with #GP(0), which changes no state (SDM volume 1, 13.8 and 13.12): bits of
 * XSTATE_BV that XCR0 does not have, XCOMP_BV of the other format or without a bit that XSTATE_BV has, reserved bytes of
 * the header, reserved bits of MXCSR.
 */
#include "xsave.h"

/* Runs insn with image, that must be refused. state: what the registers must still hold. */
static void expect_refused(const struct restore *insn, u64 mask, const char *why)
{
	expect_eq_msg(insn->run(&image, mask), GP_VECTOR, "%s: %s", insn->name, why);
	expect_eq(exception_error_code(), 0);
	save_all(&saved);
	for_each_bit (i, patterned())
		expect_component(&saved, 0, &other, 0, i);
}

static void prepare(const struct restore *insn)
{
	make_image(&image, 31, format_for(insn));
	load_image(&other);
}

static void start(const struct restore *insn)
{
	enable_restore(insn);
	make_image(&other, 32, 0);
}

static void check_unknown(const struct restore *insn)
{
	start(insn);
	for (u32 i = 2; i < 64; i++) {
		if (this_cpu_supported_xcr0() >> i & 1)
			continue;
		prepare(insn);
		image.xstate_bv |= 1ull << i;
		expect_refused(insn, ~0ull, "a bit of XSTATE_BV that no component has");
		expect_refused(insn, 0, "the same, with RFBM 0");
	}
}
EACH_RESTORE(unknown, "XSTATE_BV with a bit that CPUID does not list, even where RFBM has none", check_unknown)

static void check_disabled(const struct restore *insn)
{
	u64 extended = this_cpu_supported_xcr0() & ~XFEATURE_MASK_FP_SSE;

	start(insn);
	require(extended);
	for_each_bit (i, extended) {
		make_image(&image, 31, format_for(insn));
		image.xcomp_bv &= insn->compacted ? COMPACTED | XFEATURE_MASK_FP_SSE : 0;
		image.xstate_bv = XFEATURE_MASK_FP_SSE | 1ull << i;
		if (insn->compacted)
			image.xcomp_bv |= 1ull << i;
		load_image(&other);
		write_xcr0(XFEATURE_MASK_FP_SSE);
		expect_eq_msg(insn->run(&image, XFEATURE_MASK_FP_SSE), GP_VECTOR, "component %" PRIu32, i);
		write_xcr0(this_cpu_supported_xcr0());
	}
	save_all(&saved);
	for_each_bit (i, patterned())
		expect_component(&saved, 0, &other, 0, i);
}
EACH_RESTORE(disabled, "XSTATE_BV with a component that XCR0 does not enable", check_disabled)

/* Standard format: bytes 23:8 of the header (13.8.1). */
CASE(xrstor_header, "XRSTOR: each bit of XCOMP_BV and of the reserved bytes 23:16 in the standard format")
{
	start(&xrstor);
	for (u32 bit = 0; bit < 128; bit++) {
		if (bit == 63)		/* the compacted format: see below */
			continue;
		prepare(&xrstor);
		if (bit < 64)
			image.xcomp_bv = 1ull << bit;
		else
			image.reserved[0] = 1ull << (bit - 64);
		expect_refused(&xrstor, ~0ull, "bytes 23:8 of the header");
	}
}

CASE(xrstor_no_compacted, "XRSTOR: the compacted format, where XSAVEC is not announced")
{
	require(!this_cpu_has(X86_FEATURE_XSAVEC));
	start(&xrstor);
	prepare(&xrstor);
	image.xcomp_bv = COMPACTED | image.xstate_bv;
	expect_refused(&xrstor, ~0ull, "XCOMP_BV bit 63");
}

/* Compacted format: bytes 63:16 (13.8.2). */
static void check_reserved(const struct restore *insn)
{
	start(insn);
	for (u32 bit = 0; bit < 6 * 64; bit++) {
		prepare(insn);
		image.reserved[bit / 64] = 1ull << bit % 64;
		expect_refused(insn, ~0ull, "bytes 63:16 of the header");
	}
}

static void check_xcomp_unknown(const struct restore *insn)
{
	start(insn);
	for (u32 i = 2; i < 63; i++) {
		if (this_cpu_supported_xcr0() >> i & 1)
			continue;
		prepare(insn);
		image.xcomp_bv |= 1ull << i;
		expect_refused(insn, ~0ull, "a bit of XCOMP_BV that no component has");
	}
}

static void check_not_in_format(const struct restore *insn)
{
	start(insn);
	for_each_bit (i, this_cpu_supported_xcr0()) {
		prepare(insn);
		image.xstate_bv = 1ull << i;
		image.xcomp_bv &= ~(1ull << i);
		expect_refused(insn, ~0ull, "a bit of XSTATE_BV that XCOMP_BV does not have");
	}
}

#define COMPACTED_ONLY(id, text, check)							\
	CASE(xrstorc_##id, "XRSTOR of the compacted format: " text) { check(&xrstorc); }	\
	CASE(xrstors_##id, "XRSTORS: " text) { check(&xrstors); }
COMPACTED_ONLY(reserved, "each bit of the reserved bytes 63:16", check_reserved)
COMPACTED_ONLY(xcomp_unknown, "XCOMP_BV with a bit that CPUID does not list", check_xcomp_unknown)
COMPACTED_ONLY(not_in_format, "XSTATE_BV with a bit that XCOMP_BV does not have", check_not_in_format)

CASE(xrstors_standard, "XRSTORS: the standard format")
{
	start(&xrstors);
	prepare(&xrstors);
	image.xcomp_bv = 0;
	expect_refused(&xrstors, ~0ull, "XCOMP_BV bit 63 clear");
	expect_refused(&xrstors, 0, "XCOMP_BV bit 63 clear, with RFBM 0");
}

/* MXCSR is the only data that is checked. What else was loaded before the fault the manual leaves open. */
static void check_mxcsr(const struct restore *insn)
{
	u32 mask;

	start(insn);
	save_all(&saved);
	mask = saved.mxcsr_mask ? saved.mxcsr_mask : 0xffbf;
	for (u32 bit = 0; bit < 32; bit++) {
		prepare(insn);
		image.mxcsr = MXCSR_INIT | 1u << bit;
		expect_eq_msg(insn->run(&image, XFEATURE_MASK_SSE), mask >> bit & 1 ? 0 : GP_VECTOR, "MXCSR bit %" PRIu32,
			      bit);
		expect_eq(exception_error_code(), 0);
		save_all(&saved);
		expect_eq(saved.mxcsr, mask >> bit & 1 ? image.mxcsr : other.mxcsr);
	}
}
EACH_RESTORE(mxcsr, "each bit of MXCSR that is not in MXCSR_MASK", check_mxcsr)

static void check_mxcsr_unused(const struct restore *insn)
{
	start(insn);
	prepare(insn);
	image.mxcsr = 0xffffffff;
	expect_eq(insn->run(&image, XFEATURE_MASK_FP), 0);
	save_all(&saved);
	expect_component(&saved, 0, &image, image.xcomp_bv, 0);
	expect_component(&saved, 0, &other, 0, 1);
}
EACH_RESTORE(mxcsr_unused, "reserved bits of MXCSR do no harm if it is not loaded", check_mxcsr_unused)
