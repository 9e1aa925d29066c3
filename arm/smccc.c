/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * smccc: the calling convention itself (DEN0028) and the services that a hypervisor may offer by it: workarounds, TRNG
 * (DEN0098), KVM's vendor service with its PTP clock (Linux, Documentation/virt/kvm/arm/hypercalls.rst, ptp_kvm.rst). What
 * is announced must work; what is not must answer NOT_SUPPORTED, and no call may change more than it may.
 */
#include "case.h"
#include "smccc.h"
#include "asm/processor.h"
#include "asm/psci.h"
#include "asm/try.h"

/* A call that may be undefined: false. */
static void do_call(void *data)
{
	smccc_call(data);
}

static bool call(struct smccc_regs *regs)
{
	return !catch_exception(do_call, regs);
}

static s32 call1(u32 function, unsigned long arg)
{
	struct smccc_regs regs = { { function, arg } };

	if (!expect_msg(call(&regs), "%#" PRIx32 " is undefined", function))
		case_end();
	return (s32)regs.r[0];
}

/* SMCCC 1.1 is found through PSCI 1.0 (DEN0028, appendix B); before it nothing can be asked. */
static u32 version(void)
{
	u32 psci = psci_invoke(PSCI_0_2_FN_PSCI_VERSION, 0, 0, 0);

	if (PSCI_VERSION_MAJOR(psci) < 1 || psci_invoke(PSCI_1_0_FN_PSCI_FEATURES, SMCCC_VERSION, 0, 0) < 0)
		return 0x10000;
	return call1(SMCCC_VERSION, 0);
}

void case_setup(void)
{
	require_msg(platform.psci != CONDUIT_NONE, "the device tree names no conduit");
}

CASE(version, "SMCCC_VERSION is 1.1 at least where PSCI announces it, bit 31 is zero, and NOT_SUPPORTED where it does not")
{
	u32 v = version();

	if (v == 0x10000) {
		expect_eq(call1(SMCCC_VERSION, 0), SMCCC_NOT_SUPPORTED);
		return;
	}
	expect_ge(v, 0x10001);
	expect_eq(v & 0x80000000, 0);
	expect_eq(version(), v);
}

CASE(arch_features, "ARCH_FEATURES knows itself and the version, and nothing that does not exist")
{
	static const u32 absent[] = { 0x80000003u, 0x8000fffeu, 0x80007000u, 0, 0xffffffffu };

	require_msg(version() > 0x10000, "SMCCC 1.0");
	expect_eq(call1(SMCCC_ARCH_FEATURES, SMCCC_VERSION), SMCCC_SUCCESS);
	expect_eq(call1(SMCCC_ARCH_FEATURES, SMCCC_ARCH_FEATURES), SMCCC_SUCCESS);
	for (size_t i = 0; i < ARRAY_SIZE(absent); i++)
		expect_eq_msg(call1(SMCCC_ARCH_FEATURES, absent[i]), SMCCC_NOT_SUPPORTED, "ARCH_FEATURES(%#" PRIx32 ")", absent[i]);
}

CASE(unknown, "numbers of every owner that nobody has are NOT_SUPPORTED, fast and yielding, of both widths")
{
	static const u32 width[] = { 0, SMCCC_64 }, kind[] = { 0, SMCCC_FAST };

	for (u32 owner = 0; owner < 64; owner++)
		for (int w = 0; w < 2; w++)
			for (int k = 0; k < 2; k++) {
				u32 function = kind[k] | width[w] | SMCCC_OWNER(owner) | 0xdead;

				/* Owners 48 to 63 are a trusted OS': none is below us. */
				expect_eq_msg(call1(function, 0), SMCCC_NOT_SUPPORTED, "function %#" PRIx32, function);
			}
}

CASE(reserved_bits, "bits 23 to 16 of a fast call's number must be zero: NOT_SUPPORTED")
{
	for (int bit = 16; bit < 24; bit++) {
		u32 function = PSCI_0_2_FN_PSCI_VERSION | 1u << bit;

		expect_eq_msg(call1(function, 0), SMCCC_NOT_SUPPORTED, "function %#" PRIx32, function);
	}
}

CASE(function_in_w0, "the function is W0: the high half of X0 does not count")
{
	struct smccc_regs low = { { PSCI_0_2_FN_PSCI_VERSION } };
	struct smccc_regs high = { { (unsigned long)(PSCI_0_2_FN_PSCI_VERSION | 0xfeedull << 40) } };

	require_msg(sizeof(long) == 8, "registers have 32 bits");
	insist(call(&low) && call(&high));
	expect_eq(high.r[0], low.r[0]);
	expect_ge((s32)low.r[0], 0);
}

static unsigned long pattern(int i)
{
	return (unsigned long)(0x1111111111111111ull * i ^ 0xabcdef);
}

CASE(preserved, "X4 to X17 (R4 to R7) come back as they were, from a call that exists and from one that does not")
{
	static const u32 functions[] = { PSCI_0_2_FN_PSCI_VERSION, 0x8600dead };

	for (size_t f = 0; f < ARRAY_SIZE(functions); f++) {
		struct smccc_regs regs = { { functions[f] } };

		for (int i = 1; i < SMCCC_REGISTERS; i++)
			regs.r[i] = pattern(i);
		insist(call(&regs));
		for (int i = 4; i < SMCCC_REGISTERS; i++)
			expect_eq_msg(regs.r[i], pattern(i), "X%d after %#" PRIx32, i, functions[f]);
	}
}

static void other_conduit(void *data)
{
	if (platform.psci == CONDUIT_HVC)
		smccc_smc(data);
	else
		smccc_hvc(data);
}

CASE(other_conduit, "the conduit that the device tree does not name is undefined, or does nothing worse than answer")
{
	struct smccc_regs regs = { { 0x8600dead } };

	/* Without EL3 SMC is undefined at EL1; KVM answers it as it does HVC. Never anything but these. */
	if (catch_exception(other_conduit, &regs))
		expect_eq(exception_syndrome(), SYNDROME_UNDEFINED);
	else
		expect_eq((s32)regs.r[0], SMCCC_NOT_SUPPORTED);
}

/* ---- workarounds ---- */

static void check_workaround(u32 function, int lowest)
{
	s32 state = call1(SMCCC_ARCH_FEATURES, function);

	expect_msg(state >= lowest && state <= 1, "ARCH_FEATURES(%#" PRIx32 ") is %" PRId32, function, state);
	if (state == SMCCC_NOT_SUPPORTED)
		expect_eq_msg(call1(function, 0), SMCCC_NOT_SUPPORTED, "%#" PRIx32 " is not announced", function);
	else
		call1(function, 1);	/* returns nothing that is defined; it must return */
}

CASE(workarounds, "workarounds 1 to 3: -1, 0 or 1 (2: also -2); what is announced can be called, the rest is NOT_SUPPORTED")
{
	require_msg(version() > 0x10000, "SMCCC 1.0");
	check_workaround(SMCCC_ARCH_WORKAROUND_1, SMCCC_NOT_SUPPORTED);
	check_workaround(SMCCC_ARCH_WORKAROUND_2, SMCCC_NOT_REQUIRED);
	check_workaround(SMCCC_ARCH_WORKAROUND_3, SMCCC_NOT_SUPPORTED);
}

CASE(soc_id, "SOC_ID: version and revision are there if it is announced, other types are invalid")
{
	require_msg(version() > 0x10001, "SMCCC 1.1");
	if (call1(SMCCC_ARCH_FEATURES, SMCCC_ARCH_SOC_ID) < 0) {
		expect_eq(call1(SMCCC_ARCH_SOC_ID, 0), SMCCC_NOT_SUPPORTED);
		return;
	}
	expect_ge(call1(SMCCC_ARCH_SOC_ID, 0), 0);
	expect_eq(call1(SMCCC_ARCH_SOC_ID, 2), SMCCC_INVALID_PARAMETER);
}

/* ---- random numbers ---- */

#define TRNG_RND	(sizeof(long) == 8 ? TRNG_RND64 : TRNG_RND32)
#define TRNG_INVALID	(-2)	/* DEN0098, section 2.1: its own codes */
#define TRNG_NO_ENTROPY	(-3)

static bool trng(void)
{
	return call1(TRNG_VERSION, 0) >= 0x10000;
}

CASE(trng_absent, "without TRNG_VERSION none of its functions is there")
{
	require_msg(!trng(), "TRNG is there");
	expect_eq(call1(TRNG_VERSION, 0), SMCCC_NOT_SUPPORTED);
	expect_eq(call1(TRNG_FEATURES, TRNG_RND32), SMCCC_NOT_SUPPORTED);
	expect_eq(call1(TRNG_RND32, 32), SMCCC_NOT_SUPPORTED);
	expect_eq(call1(TRNG_RND64, 64), SMCCC_NOT_SUPPORTED);
}

/* Bits go to the low end: X3 first (section 2.5). */
static s32 random(u32 function, unsigned long bits, u64 *x1, u64 *x2, u64 *x3)
{
	struct smccc_regs regs = { { function, bits } };

	insist(call(&regs));
	*x1 = regs.r[1];
	*x2 = regs.r[2];
	*x3 = regs.r[3];
	return (s32)regs.r[0];
}

CASE(trng, "random numbers have as many bits as were asked for, none above, and no size out of range")
{
	u64 a, b, c, d, seen = 0;

	require_msg(trng(), "no TRNG");
	expect_eq(call1(TRNG_FEATURES, TRNG_VERSION), 0);
	expect_eq(call1(TRNG_FEATURES, TRNG_RND), 0);
	expect_eq(call1(TRNG_FEATURES, 0x84000055), SMCCC_NOT_SUPPORTED);
	expect_eq(random(TRNG_RND, 0, &a, &b, &c), TRNG_INVALID);
	expect_eq(random(TRNG_RND, 3 * BITS_PER_LONG + 1, &a, &b, &c), TRNG_INVALID);
	expect_eq(random(TRNG_RND32, 0, &a, &b, &c), TRNG_INVALID);
	expect_eq(random(TRNG_RND32, 97, &a, &b, &c), TRNG_INVALID);
	for (int i = 0; i < 64; i++) {
		s32 ret = random(TRNG_RND, 5, &a, &b, &c);

		if (ret == TRNG_NO_ENTROPY)
			continue;
		expect_eq(ret, 0);
		expect_eq(a | b | (c & ~0x1full), 0);
		seen |= 1ull << (c & 31);
	}
	/* 64 draws of 32 numbers that hit fewer than 8 different ones are no accident. */
	expect_ge(hweight64(seen), 8);
	expect_eq(random(TRNG_RND, 3 * BITS_PER_LONG, &a, &b, &c), 0);
	expect_eq(random(TRNG_RND, BITS_PER_LONG, &a, &b, &d), 0);
	expect_ne(c, d);
}

/* ---- KVM's vendor service ---- */

static bool is_kvm(void)
{
	struct smccc_regs uid = { { VENDOR_HYP_UID } };

	insist(call(&uid));
	return (u32)uid.r[0] == 0xb66fb428 && (u32)uid.r[1] == 0xe911c52e && (u32)uid.r[2] == 0x564bcaa9 &&
	       (u32)uid.r[3] == 0x743a004d;
}

static u32 kvm_features(void)
{
	struct smccc_regs regs = { { VENDOR_HYP_KVM_FEATURES } };

	insist(call(&regs));
	return (u32)regs.r[0];
}

CASE(vendor_absent, "without the UID of KVM none of its vendor services is there")
{
	require_msg(!is_kvm(), "KVM is there");
	expect_eq(call1(VENDOR_HYP_KVM_FEATURES, 0), SMCCC_NOT_SUPPORTED);
	expect_eq(call1(VENDOR_HYP_KVM_PTP, 0), SMCCC_NOT_SUPPORTED);
}

CASE(vendor_features, "the feature bitmap has its own bit, and fits in 32")
{
	require_msg(is_kvm(), "no KVM vendor service");
	expect_eq(kvm_features() & 1, 1);
	/* Asked by a 64-bit number it does not exist. */
	expect_eq(call1(VENDOR_HYP_KVM_FEATURES | SMCCC_64, 0), SMCCC_NOT_SUPPORTED);
}

CASE(vendor_unannounced, "vendor functions whose bit is clear are NOT_SUPPORTED")
{
	u32 features;

	require_msg(is_kvm(), "no KVM vendor service");
	features = kvm_features();
	for (u32 n = 1; n < 32; n++)
		if (!(features & 1u << n))
			expect_eq_msg(call1(VENDOR_HYP_KVM_FEATURES + n, 0), SMCCC_NOT_SUPPORTED, "function %" PRIu32, n);
}

#define PTP_VIRTUAL	0
#define PTP_PHYSICAL	1

static bool ptp(int counter, u64 *ns, u64 *cycles)
{
	struct smccc_regs regs = { { VENDOR_HYP_KVM_PTP, counter } };

	insist(call(&regs));
	if ((s32)regs.r[0] < 0 && (s32)regs.r[0] == SMCCC_NOT_SUPPORTED)
		return false;
	*ns = (u64)regs.r[0] << 32 | (u32)regs.r[1];
	*cycles = (u64)regs.r[2] << 32 | (u32)regs.r[3];
	return true;
}

CASE(ptp, "the PTP clock pairs the host's time with a counter that is ours: between two reads, both forward, at one rate")
{
	require_msg(is_kvm(), "no KVM vendor service");
	require_msg(kvm_features() & 2, "no PTP clock");
	for (int counter = PTP_VIRTUAL; counter <= PTP_PHYSICAL; counter++) {
		u64 before, after, ns1, ns2, c1, c2, elapsed;

		before = counter ? get_cntpct() : get_cntvct();
		insist(ptp(counter, &ns1, &c1));
		after = counter ? get_cntpct() : get_cntvct();
		expect_ge(c1, before);
		expect_le(c1, after);
		/* Later than 2020, earlier than 2100. */
		expect_ge(ns1, 1577836800ull * 1000000000);
		expect_le(ns1, 4102444800ull * 1000000000);
		mdelay(50);
		insist(ptp(counter, &ns2, &c2));
		expect_gt(ns2, ns1);
		elapsed = (c2 - c1) * 1000000000 / get_cntfrq();
		/* One percent: NTP slews by less. */
		expect_le(elapsed > ns2 - ns1 ? elapsed - (ns2 - ns1) : ns2 - ns1 - elapsed, elapsed / 100);
	}
}

CASE(ptp_invalid, "the PTP clock knows no third counter")
{
	u64 ns, cycles;

	require_msg(is_kvm(), "no KVM vendor service");
	require_msg(kvm_features() & 2, "no PTP clock");
	expect(!ptp(2, &ns, &cycles));
	expect(!ptp(-1, &ns, &cycles));
}
