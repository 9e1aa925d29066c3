/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xsave: CPUID leaf 0xd (SDM volume 2, CPUID; volume 1, 13.2): what is announced of the components, and what the sizes
 * of areas are for every XCR0. The other files: the area and its components (area.c, state.c), XCR0 (xcr.c), the
 * instructions (insns.c) with what they save (save.c), restore (restore.c), refuse (image.c, fault.c), x87 and SSE
 * (legacy.c), and state that must stay (keep.c).
 */
#include "xsave.h"

#define XTILE		(3ull << 17)
#define MPX		(XFEATURE_MASK_BNDREGS | XFEATURE_MASK_BNDCSR)
#define AVX_512		(XFEATURE_MASK_OPMASK | XFEATURE_MASK_ZMM_Hi256 | XFEATURE_MASK_Hi16_ZMM)

static u64 supported_xss(void)
{
	struct cpuid r = raw_cpuid(0xd, 1);

	return this_cpu_has(X86_FEATURE_XSAVES) ? (u64)r.d << 32 | r.c : 0;
}

CASE(components, "components have the sizes that the manual gives them")
{
	require(this_cpu_has(X86_FEATURE_XSAVE));
	expect_eq(this_cpu_supported_xcr0() & XFEATURE_MASK_FP_SSE, XFEATURE_MASK_FP_SSE);
	for_each_bit (i, (this_cpu_supported_xcr0() | supported_xss()) & ~3ull) {
		const struct component *c = component(i);

		expect_gt(component_size(i), 0);
		if (c && c->size)
			expect_eq_msg(component_size(i), c->size, "size of %s", c->name);
	}
}

CASE(groups, "AVX-512's, MPX's and AMX's components come together, AVX-512's with AVX")
{
	u64 all = this_cpu_supported_xcr0();

	require(this_cpu_has(X86_FEATURE_XSAVE));
	expect((all & AVX_512) == 0 || (all & AVX_512) == AVX_512);
	expect((all & MPX) == 0 || (all & MPX) == MPX);
	expect((all & XTILE) == 0 || (all & XTILE) == XTILE);
	expect(!(all & AVX_512) || all & XFEATURE_MASK_YMM);
}

CASE(features, "the components that features need are announced with them, and no other way round")
{
	u64 all = this_cpu_supported_xcr0();

	require(this_cpu_has(X86_FEATURE_XSAVE));
	expect_eq(!!(all & XFEATURE_MASK_YMM), this_cpu_has(X86_FEATURE_AVX));
	expect_eq(!!(all & MPX), this_cpu_has(X86_FEATURE_MPX));
	expect_eq(!!(all & AVX_512), this_cpu_has(X86_FEATURE_AVX512F));
	expect_eq(!!(all & XFEATURE_MASK_PKRU), this_cpu_has(X86_FEATURE_PKU));
}

CASE(offsets, "components of XCR0 lie behind the header, apart from each other, and inside the greatest area")
{
	u64 all = this_cpu_supported_xcr0() & ~3ull;
	u32 end = raw_cpuid(0xd, 0).c;

	require(this_cpu_has(X86_FEATURE_XSAVE));
	expect_le(end, AREA_SIZE);
	for_each_bit (i, all) {
		u32 from = component_offset(i, 0), to = from + component_size(i);

		expect_ge(from, HEADER_END);
		expect_le(to, end);
		for (u32 j = 2; j < i; j++)
			if (all >> j & 1)
				expect_msg(to <= component_offset(j, 0) ||
					   from >= component_offset(j, 0) + component_size(j),
					   "components %" PRIu32 " and %" PRIu32 " overlap", j, i);
	}
}

CASE(supervisor, "ECX bit 0 says whether a component is IA32_XSS's; those have no offset; reserved bits are 0")
{
	u64 xss = supported_xss();

	require(this_cpu_has(X86_FEATURE_XSAVE));
	expect_eq(this_cpu_supported_xcr0() & xss, 0);
	for_each_bit (i, (this_cpu_supported_xcr0() | xss) & ~3ull) {
		struct cpuid r = raw_cpuid(0xd, i);

		expect_eq_msg(r.c & 1, xss >> i & 1, "component %" PRIu32, i);
		if (r.c & 1)
			expect_eq(r.b, 0);
		expect_eq(r.c & ~7u, 0);
		expect_eq(r.d, 0);
	}
}

/* EAX: XSAVEOPT, XSAVEC, XGETBV1, XSAVES, XFD. XSAVES has the compacted format, as XSAVEC. */
CASE(subleaf_1, "subleaf 1: reserved bits are 0; IA32_XSS has bits with XSAVES only")
{
	struct cpuid r = raw_cpuid(0xd, 1);

	require(this_cpu_has(X86_FEATURE_XSAVE));
	expect_eq(r.a & ~0x1fu, 0);
	if (!this_cpu_has(X86_FEATURE_XSAVES))
		expect_eq(r.c | r.d, 0);
	else
		expect(this_cpu_has(X86_FEATURE_XSAVEC));
}

/* ---- sizes for values of XCR0 ---- */

/* The next of the values that XCR0 can have behind value; 0: there is none. */
static u64 next_xcr0(u64 value)
{
	u64 all = this_cpu_supported_xcr0();

	do
		value = (value - all) & all;
	while (value && write_xcr0_safe(value));
	return value;
}

CASE(size_of_xcr0, "for each XCR0 EBX is the end of its last component, and ECX does not change")
{
	u32 greatest = raw_cpuid(0xd, 0).c;

	enable_xsave();
	expect_eq(greatest, area_end(this_cpu_supported_xcr0(), false));
	for (u64 value = next_xcr0(0); value; value = next_xcr0(value)) {
		expect_eq_msg(raw_cpuid(0xd, 0).b, area_end(value, false), "XCR0 %#" PRIx64, value);
		expect_eq(raw_cpuid(0xd, 0).c, greatest);
	}
}

CASE(size_compacted, "subleaf 1's EBX is the compacted size for XCR0 and, with XSAVES, IA32_XSS; 0 without that format")
{
	bool compacts = this_cpu_has(X86_FEATURE_XSAVEC) || this_cpu_has(X86_FEATURE_XSAVES);

	enable_xsave();
	for (u64 value = next_xcr0(0); value; value = next_xcr0(value)) {
		u64 xss = this_cpu_has(X86_FEATURE_XSAVES) ? rdmsr(MSR_IA32_XSS) : 0;

		expect_eq_msg(raw_cpuid(0xd, 1).b, compacts ? area_end(value | xss, true) : 0, "XCR0 %#" PRIx64, value);
	}
}

CASE(size_xss, "with each bit of IA32_XSS that there is the compacted size grows by the component; others are #GP(0)")
{
	u64 xss = supported_xss(), xcr0 = this_cpu_supported_xcr0();

	require(this_cpu_has(X86_FEATURE_XSAVES));
	enable_all();
	for_each_bit (i, ~0ull) {
		expect_eq_msg(wrmsr_safe(MSR_IA32_XSS, 1ull << i), xss >> i & 1 ? 0 : GP_VECTOR, "IA32_XSS bit %" PRIu32, i);
		if (!(xss >> i & 1))
			continue;
		expect_eq(rdmsr(MSR_IA32_XSS), 1ull << i);
		expect_eq(raw_cpuid(0xd, 1).b, area_end(xcr0 | 1ull << i, true));
		expect_eq(raw_cpuid(0xd, 0).b, area_end(xcr0, false));
		wrmsr(MSR_IA32_XSS, 0);
	}
}

CASE(no_xss, "without XSAVES there is no IA32_XSS: #GP(0)")
{
	u64 value;

	require(this_cpu_has(X86_FEATURE_XSAVE) && !this_cpu_has(X86_FEATURE_XSAVES));
	expect_eq(rdmsr_safe(MSR_IA32_XSS, &value), GP_VECTOR);
	expect_eq(exception_error_code(), 0);
	expect_eq(wrmsr_safe(MSR_IA32_XSS, 0), GP_VECTOR);
}
