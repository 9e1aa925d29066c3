/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The local APIC's modes (SDM volume 3, sections 11.4.3, 11.4.4 and 11.12.5): IA32_APIC_BASE, every transition between
 * disabled, xAPIC and x2APIC, legal or not (figure 11-27), and what stays of the registers. (Leaving for "disabled" they may be reset or not: 11.4.3.)
 */
#include "apic_test.h"

CASE(base, "IA32_APIC_BASE holds the default address, BSP and the mode, and nothing else")
{
	use_xapic();
	expect_eq(rdmsr(MSR_IA32_APICBASE), APIC_DEFAULT_PHYS_BASE | APIC_BSP | APIC_EN);
	disable_apic();
	expect_eq(rdmsr(MSR_IA32_APICBASE), APIC_DEFAULT_PHYS_BASE | APIC_BSP);
	use_xapic();
}

CASE(base_reserved, "reserved bits of IA32_APIC_BASE fault and change nothing")
{
	u64 before, reserved = ~((1ull << cpuid_maxphyaddr()) - 1) | 0x2ff, faulted = 0, changed = 0, codes = 0;

	use_xapic();
	before = rdmsr(MSR_IA32_APICBASE);
	if (!this_cpu_has(X86_FEATURE_X2APIC))
		reserved |= APIC_EXTD;
	for (int bit = 0; bit < 64; bit++) {
		if (!(reserved >> bit & 1))
			continue;
		if (wrmsr_safe(MSR_IA32_APICBASE, before ^ 1ull << bit) == GP_VECTOR)
			faulted |= 1ull << bit;
		codes |= exception_error_code();
		if (rdmsr(MSR_IA32_APICBASE) != before)
			changed |= 1ull << bit;
		wrmsr(MSR_IA32_APICBASE, before);
	}
	expect_eq_msg(faulted, reserved, "bits that fault");
	expect_eq_msg(codes, 0, "error codes");
	expect_eq_msg(changed, 0, "bits that change it");
}

enum mode { DISABLED, XAPIC, X2APIC, INVALID, MODES };
static const u64 mode_bits[MODES] = { 0, APIC_EN, APIC_EN | APIC_EXTD, APIC_EXTD };
static const char *const mode_names[MODES] = { "disabled", "xAPIC", "x2APIC", "invalid" };

/* Figure 11-27 and section 11.12.5.1. */
static const bool legal[INVALID][MODES] = {
	[DISABLED] = { [DISABLED] = true, [XAPIC] = true },
	[XAPIC] = { [DISABLED] = true, [XAPIC] = true, [X2APIC] = true },
	[X2APIC] = { [DISABLED] = true, [X2APIC] = true },
};

static void enter(enum mode mode)
{
	disable_apic();
	if (mode != DISABLED)
		reset_apic();
	if (mode == X2APIC)
		enable_x2apic();
}

static void try_transitions(enum mode from)
{
	u64 base = APIC_DEFAULT_PHYS_BASE | APIC_BSP;
	bool x2apic = this_cpu_has(X86_FEATURE_X2APIC);

	for (enum mode to = DISABLED; to < MODES; to++) {
		/* Without x2APIC its bit is reserved. */
		bool allowed = legal[from][to] && (to != X2APIC || x2apic);

		enter(from);
		expect_eq_msg(wrmsr_safe(MSR_IA32_APICBASE, base | mode_bits[to]), allowed ? 0 : GP_VECTOR,
			      "%s to %s", mode_names[from], mode_names[to]);
		expect_eq_msg(rdmsr(MSR_IA32_APICBASE), base | mode_bits[allowed ? to : from], "%s to %s",
			      mode_names[from], mode_names[to]);
		/* Whatever happened, a way back that is legal from everywhere. */
		wrmsr_safe(MSR_IA32_APICBASE, base);
	}
	use_xapic();
}

CASE(from_disabled, "disabled: only xAPIC can be entered")
{
	try_transitions(DISABLED);
}

CASE(from_xapic, "xAPIC: disabled and x2APIC can be entered")
{
	try_transitions(XAPIC);
}

CASE(from_x2apic, "x2APIC: only disabled can be entered")
{
	require_msg(this_cpu_has(X86_FEATURE_X2APIC), "the CPU has no x2APIC");
	try_transitions(X2APIC);
}

CASE(cpuid, "CPUID.1:EDX.APIC follows IA32_APIC_BASE.EN")
{
	use_xapic();
	expect_eq(raw_cpuid(1, 0).d >> 9 & 1, 1);
	disable_apic();
	expect_eq(raw_cpuid(1, 0).d >> 9 & 1, 0);
	use_xapic();
	expect_eq(raw_cpuid(1, 0).d >> 9 & 1, 1);
}

/* Section 11.12.5.1, "State Changes From xAPIC Mode to x2APIC Mode". */
CASE(state_to_x2apic, "from xAPIC to x2APIC registers keep their state, but LDR becomes the x2APIC's")
{
	u32 id;

	use_xapic();
	require_msg(this_cpu_has(X86_FEATURE_X2APIC), "the CPU has no x2APIC");
	id = apic_id();
	apic_write(APIC_LDR, 0x03000000);
	apic_write(APIC_TASKPRI, 0x25);
	apic_write(APIC_SPIV, APIC_SPIV_APIC_ENABLED | 0xef);
	apic_write(APIC_LVTERR, 0x41);
	apic_write(APIC_TDCR, APIC_TDR_DIV_128);
	apic_write(APIC_TMICT, 0xffffffff);
	self_ipi(0x31);
	insist(wait_bit(APIC_IRR, 0x31, true));
	enable_x2apic();
	expect_eq(apic_read(APIC_ID), id);
	expect_eq(apic_read(APIC_LDR), (id >> 4) << 16 | 1u << (id & 15));
	expect_eq(apic_read(APIC_TASKPRI), 0x25);
	expect_eq(apic_read(APIC_SPIV), APIC_SPIV_APIC_ENABLED | 0xef);
	expect_eq(apic_read(APIC_LVTERR), 0x41);
	expect_eq(apic_read(APIC_TDCR), APIC_TDR_DIV_128);
	expect_eq(apic_read(APIC_TMICT), 0xffffffff);
	expect_ne(apic_read(APIC_TMCCT), 0);
	expect_bits(APIC_IRR, 0x31, "IRR");
	apic_write(APIC_TASKPRI, 0);
	expect_interrupts(0x31, note_and_eoi);
	expect(wait_interrupts(1));
}

/* Section 11.12.5.1, "x2APIC States": the way back is through "disabled", which keeps the ID. */
CASE(id_from_x2apic, "from x2APIC through disabled to xAPIC the APIC ID stays")
{
	u32 id;

	use_x2apic();
	id = apic_id();
	disable_apic();
	reset_apic();
	expect_eq(apic_read(APIC_ID), id << 24);
	expect(is_xapic_enabled());
}
