/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * HCR_EL2.E2H (FEAT_VHE; Arm ARM, DDI 0487, D8.1.5 and "Virtualization Host Extensions"): at EL2
 * the names of EL1's registers reach EL2's own, EL1's are behind the names _EL12 and _EL02, which
 * exist nowhere else.
 */
#include "case.h"
#include "el2.h"

#define PATTERN_EL1	0x1111ul
#define PATTERN_EL2	0x2222ul

/*
 * Registers that hold any value and do nothing while they do: EL1's name, EL2's, the _EL12 one's
 * encoding.
 */
#define REDIRECTED(x)									\
	x(esr, S3_5_C5_C2_0)								\
	x(far, S3_5_C6_C0_0)								\
	x(elr, S3_5_C4_C0_1)								\
	x(contextidr, S3_5_C13_C0_1)

struct seen {
	u64 by_el1_name, by_el2_name, by_el12_name;
};

/* Writes EL2's by its own name, then reads all three; then writes by EL1's name and by _EL12. */
#define AT_EL2(reg, alias)								\
	static u64 at_el2_##reg(u64 to)							\
	{										\
		struct seen *seen = (struct seen *)to;					\
		u64 old = read_sysreg(EL2_NAME_##reg);					\
											\
		write_sysreg(PATTERN_EL2, EL2_NAME_##reg);				\
		isb();									\
		seen[0] = (struct seen){ read_sysreg(reg##_el1), read_sysreg(EL2_NAME_##reg),	\
					 read_sysreg_s(alias) };			\
		write_sysreg(PATTERN_EL2 * 2, reg##_el1);				\
		write_sysreg_s(PATTERN_EL1 * 2, alias);					\
		isb();									\
		seen[1] = (struct seen){ read_sysreg(reg##_el1), read_sysreg(EL2_NAME_##reg),	\
					 read_sysreg_s(alias) };			\
		write_sysreg(old, EL2_NAME_##reg);					\
		isb();									\
		return 0;								\
	}										\
	static u64 el1_read_##reg(void)							\
	{										\
		return read_sysreg(reg##_el1);						\
	}										\
	static void el1_write_##reg(u64 v)						\
	{										\
		write_sysreg(v, reg##_el1);						\
		isb();									\
	}
#define EL2_NAME_esr		esr_el2
#define EL2_NAME_far		far_el2
#define EL2_NAME_elr		elr_el2
#define EL2_NAME_contextidr	S3_4_C13_C0_1
REDIRECTED(AT_EL2)

#define ROW(reg, alias)	{ #reg, at_el2_##reg, el1_read_##reg, el1_write_##reg },
static const struct {
	const char *name;
	u64 (*at_el2)(u64 to);
	u64 (*read)(void);
	void (*write)(u64 value);
} rows[] = { REDIRECTED(ROW) };

CASE(vhe_redirection, "with E2H a register's EL1 name is EL2's at EL2, _EL12 is EL1's; both are "
		      "distinct, and EL1's is untouched")
{
	require_msg(el2_has_vhe(), "no FEAT_VHE");
	el2_set_vhe(true);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct seen seen[2];

		rows[i].write(PATTERN_EL1);
		el2_call(rows[i].at_el2, (u64)seen);
		expect_eq_msg(seen[0].by_el1_name, PATTERN_EL2, "%s_EL1", rows[i].name);
		expect_eq_msg(seen[0].by_el2_name, PATTERN_EL2, "%s_EL2", rows[i].name);
		expect_eq_msg(seen[0].by_el12_name, PATTERN_EL1, "%s_EL12", rows[i].name);
		expect_eq_msg(seen[1].by_el1_name, PATTERN_EL2 * 2, "%s_EL1, written",
			      rows[i].name);
		expect_eq_msg(seen[1].by_el2_name, PATTERN_EL2 * 2, "%s_EL2, written",
			      rows[i].name);
		expect_eq_msg(seen[1].by_el12_name, PATTERN_EL1 * 2, "%s_EL12, written",
			      rows[i].name);
		expect_eq_msg(rows[i].read(), PATTERN_EL1 * 2, "%s_EL1 at EL1", rows[i].name);
	}
	el2_set_vhe(false);
}

static u64 at_el2_translation(u64 to)
{
	u64 *v = (u64 *)to;

	v[0] = read_sysreg(ttbr0_el1) ^ read_sysreg(ttbr0_el2);
	v[1] = read_sysreg(tcr_el1) ^ read_sysreg(tcr_el2);
	v[2] = read_sysreg(sctlr_el1) ^ read_sysreg(sctlr_el2);
	v[3] = read_sysreg(mair_el1) ^ read_sysreg(mair_el2);
	v[4] = read_sysreg(vbar_el1) ^ read_sysreg(vbar_el2);
	v[5] = read_sysreg(cpacr_el1) ^ read_sysreg(cptr_el2);
	v[6] = read_sysreg(cntkctl_el1) ^ read_sysreg(cnthctl_el2);
	v[7] = read_sysreg_s(S3_5_C12_C0_0);		/* VBAR_EL12 */
	v[8] = read_sysreg_s(S3_5_C1_C0_0);		/* SCTLR_EL12 */
	return 0;
}

CASE(vhe_translation, "the same of TTBR0, TCR, SCTLR, MAIR, VBAR, CPACR and CNTKCTL")
{
	u64 v[9];

	require_msg(el2_has_vhe(), "no FEAT_VHE");
	el2_set_vhe(true);
	el2_call(at_el2_translation, (u64)v);
	el2_set_vhe(false);
	for (int i = 0; i < 7; i++)
		expect_eq_msg(v[i], 0, "register %d", i);
	expect_eq(v[7], read_sysreg(vbar_el1));
	expect_eq(v[8], read_sysreg(sctlr_el1));
}

static u64 at_el2_timer(u64 to)
{
	u64 *v = (u64 *)to;

	write_sysreg(0x4444, cnthp_cval_el2);
	write_sysreg_s(0x5555, S3_5_C14_C2_2);		/* CNTP_CVAL_EL02 */
	isb();
	v[0] = read_sysreg(cntp_cval_el0);
	v[1] = read_sysreg_s(S3_5_C14_C2_2);
	write_sysreg(0x6666, cntp_cval_el0);
	isb();
	v[2] = read_sysreg(cnthp_cval_el2);
	return 0;
}

CASE(vhe_timer, "CNTP_CVAL_EL0 at EL2 is EL2's timer, CNTP_CVAL_EL02 is EL1's")
{
	u64 v[3];

	require_msg(el2_has_vhe(), "no FEAT_VHE");
	el2_set_vhe(true);
	el2_call(at_el2_timer, (u64)v);
	el2_set_vhe(false);
	expect_eq(v[0], 0x4444);
	expect_eq(v[1], 0x5555);
	expect_eq(v[2], 0x6666);
	expect_eq(read_sysreg(cntp_cval_el0), 0x5555);
}

static u64 at_el2_far12(u64 unused)
{
	return read_sysreg_s(S3_5_C6_C0_0) + unused;
}

static u64 at_el2_cntp02(u64 unused)
{
	return read_sysreg_s(S3_5_C14_C2_2) + unused;
}

CASE(vhe_undefined, "_EL12 and _EL02 are undefined at EL2 without E2H, and at EL1 always")
{
	static u64 (*const functions[])(u64) = { at_el2_far12, at_el2_cntp02 };
	u64 value;

	for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
		el2_expect();
		expect(!el2_try(functions[i], 0, &value));
		expect_eq(el2_record.esr, ESR(ESR_ELx_EC_UNKNOWN, 0));
	}
	if (el2_has_vhe())
		el2_set_vhe(true);
	el2_expect();
	expect_eq(asm_safe("mrs x0, S3_5_C6_C0_0", "r" (0)), ESR(ESR_ELx_EC_UNKNOWN, 0));
	expect_eq(asm_safe("mrs x0, S3_5_C14_C2_2", "r" (0)), ESR(ESR_ELx_EC_UNKNOWN, 0));
	expect_eq(el2_record.count, 0);
	if (el2_has_vhe())
		el2_set_vhe(false);
}

CASE(vhe_absent, "without FEAT_VHE in ID_AA64MMFR1_EL1, HCR_EL2.E2H reads as zero")
{
	require_msg(!el2_has_vhe(), "FEAT_VHE");
	el2_hcr(0, HCR_E2H);
	expect_eq(el2_get_hcr_el2() & HCR_E2H, 0);
}
