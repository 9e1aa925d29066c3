/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XGETBV and XSETBV (SDM volume 2, both instructions; volume 1, 13.3: XCR0). Each value that XCR0 must
 * not have is #GP(0) and changes nothing: x87 missing, AVX without SSE, a part of MPX or of AVX-512
 * alone, a component that CPUID does not list, bit 63; so is each XCR that does not exist.
 */
#include "xsave.h"
#include "on-cpus.h"
#include "x86/smp.h"
#include "x86/usermode.h"

#define AVX_512	(XFEATURE_MASK_OPMASK | XFEATURE_MASK_ZMM_Hi256 | XFEATURE_MASK_Hi16_ZMM)
#define MPX	(XFEATURE_MASK_BNDREGS | XFEATURE_MASK_BNDCSR)

/* Tries value and compares exception and XCR0. */
static void check_xcr0(u64 value, bool valid)
{
	u64 before, now;

	insist_eq(read_xcr0_safe(&before), 0);
	expect_eq_msg(write_xcr0_safe(value), valid ? 0 : GP_VECTOR, "XCR0 = %#" PRIx64, value);
	expect_eq(exception_error_code(), 0);
	insist_eq(read_xcr0_safe(&now), 0);
	expect_eq_msg(now, valid ? value : before, "XCR0 after %#" PRIx64, value);
}

CASE(valid, "XCR0 takes x87, x87 and SSE, and all that CPUID lists")
{
	enable_xsave();
	check_xcr0(XFEATURE_MASK_FP, true);
	check_xcr0(XFEATURE_MASK_FP_SSE, true);
	check_xcr0(this_cpu_supported_xcr0(), true);
}

CASE(x87_missing, "XCR0 without x87 is #GP(0)")
{
	enable_xsave();
	check_xcr0(0, false);
	check_xcr0(XFEATURE_MASK_SSE, false);
	check_xcr0(this_cpu_supported_xcr0() & ~XFEATURE_MASK_FP, false);
}

CASE(avx_without_sse, "XCR0 with AVX but not SSE is #GP(0), whether AVX is there or not")
{
	enable_xsave();
	check_xcr0(XFEATURE_MASK_FP | XFEATURE_MASK_YMM, false);
}

CASE(unsupported, "a component that CPUID 0xd does not list, with x87 and SSE, is #GP(0)")
{
	enable_xsave();
	for (int bit = 2; bit < 64; bit++)
		if (!(this_cpu_supported_xcr0() >> bit & 1))
			check_xcr0(XFEATURE_MASK_FP_SSE | 1ull << bit, false);
}

CASE(mpx_halves, "one of MPX's two components without the other is #GP(0)")
{
	enable_xsave();
	check_xcr0(XFEATURE_MASK_FP_SSE | XFEATURE_MASK_BNDREGS, false);
	check_xcr0(XFEATURE_MASK_FP_SSE | XFEATURE_MASK_BNDCSR, false);
	if ((this_cpu_supported_xcr0() & MPX) == MPX)
		check_xcr0(XFEATURE_MASK_FP_SSE | MPX, true);
}

CASE(avx512_parts, "AVX-512's three components come together and with AVX, else #GP(0)")
{
	const u64 avx = XFEATURE_MASK_FP_SSE | XFEATURE_MASK_YMM;

	enable_xsave();
	for (u64 part = XFEATURE_MASK_OPMASK; part < AVX_512; part += XFEATURE_MASK_OPMASK)
		check_xcr0(avx | part, false);
	check_xcr0(XFEATURE_MASK_FP_SSE | AVX_512, false);
}

CASE(other_xcr, "XSETBV of an XCR other than 0 is #GP(0); XGETBV of one that does not exist as well")
{
	u64 value;

	enable_xsave();
	for (u32 index = 1; index; index <<= 1) {
		expect_eq_msg(xsetbv_safe(index, 1), GP_VECTOR, "XSETBV %#" PRIx32, index);
		if (index > 1)
			expect_eq_msg(xgetbv_safe(index, &value), GP_VECTOR, "XGETBV %#" PRIx32, index);
	}
}

CASE(xcr1, "XGETBV of 1 is #GP(0) without XGETBV1; with it a subset of XCR0")
{
	u64 value = 0;

	enable_xsave();
	insist_eq(write_xcr0_safe(this_cpu_supported_xcr0()), 0);
	expect_eq(xgetbv_safe(1, &value), this_cpu_has(X86_FEATURE_XGETBV1) ? 0 : GP_VECTOR);
	expect_eq(value & ~this_cpu_supported_xcr0(), 0);
}

/* Ring 3. */
static uint64_t user_xgetbv(void)
{
	u64 value = 0;

	return read_xcr0_safe(&value) ? 0 : value;
}

static uint64_t user_xsetbv(void)
{
	asm volatile(".byte 0x0f, 0x01, 0xd1" : : "a" (3), "d" (0), "c" (0));
	return 0;
}

CASE(user_xcr0, "in ring 3 XGETBV tells XCR0, XSETBV is #GP(0)")
{
	bool raised;

	enable_xsave();
	expect_eq(run_in_user(user_xgetbv, UD_VECTOR, 0, 0, 0, 0, &raised), XFEATURE_MASK_FP);
	run_in_user(user_xsetbv, GP_VECTOR, 0, 0, 0, 0, &raised);
	expect(raised);
	expect_eq(exception_error_code(), 0);
	expect_eq(read_xcr0(), XFEATURE_MASK_FP);
}

static u64 other_cpus_xcr0;

static void other_cpu(void *unused)
{
	write_cr4(read_cr4() | X86_CR4_OSXSAVE);
	other_cpus_xcr0 = read_xcr0();
	write_xcr0(XFEATURE_MASK_FP);
	write_cr4(read_cr4() & ~X86_CR4_OSXSAVE);
}

CASE(each_cpu, "XCR0 is each CPU's own")
{
	require(cpu_count() > 1);
	enable_all();
	on_cpu(1, other_cpu, NULL);
	expect_eq(other_cpus_xcr0, XFEATURE_MASK_FP);
	expect_eq(read_xcr0(), this_cpu_supported_xcr0());
}

CASE(no_osxsave, "with CR4.OSXSAVE clear XGETBV and XSETBV are #UD, and XCR0 is kept")
{
	u64 value;

	enable_xsave();
	insist_eq(write_xcr0_safe(XFEATURE_MASK_FP_SSE), 0);
	write_cr4(read_cr4() & ~X86_CR4_OSXSAVE);
	expect_eq(read_xcr0_safe(&value), UD_VECTOR);
	expect_eq(write_xcr0_safe(XFEATURE_MASK_FP), UD_VECTOR);
	write_cr4(read_cr4() | X86_CR4_OSXSAVE);
	insist_eq(read_xcr0_safe(&value), 0);
	expect_eq(value, XFEATURE_MASK_FP_SSE);
}
