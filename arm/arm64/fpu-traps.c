/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu-traps: who may use the SIMD and FP registers, and SVE's: CPACR_EL1's fields, the syndromes, ZCR_EL1.LEN (Arm ARM,
 * CPACR_EL1, ZCR_EL1, section D1.3.5). What the registers hold: fpu.c.
 */
#include "case.h"
#include "fpu-state.h"
#include "asm/processor.h"
#include "asm/try.h"

void case_setup(void)
{
	require_msg(fpu_present(), "no FP");
}

static u64 user_fp(u64 unused)
{
	asm volatile(".inst 0x9e66001f" : : : "memory");	/* fmov xzr, d0 */
	return unused;
}

CASE(trap, "CPACR_EL1.FPEN: 0 and 2 trap EL1 and EL0, 1 traps EL0 only, 3 neither; FPCR too; the registers stay")
{
	static const struct {
		u64 fpen;
		bool el1, el0;
	} rows[] = { { 0, true, true }, { 1, false, true }, { 2, true, true }, { 3, false, false } };
	const u64 trap = (u64)ESR_ELx_EC_FP_ASIMD << ESR_ELx_EC_SHIFT | ESR_ELx_IL | 0x1e00000;
	struct fpu_state before, after;
	u64 cpacr = read_sysreg(cpacr_el1), value = 0;

	fpu_fill(&before, 11);
	fpu_load(&before);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		write_sysreg((cpacr & ~CPACR_EL1_FPEN) | rows[i].fpen << 20, cpacr_el1);
		isb();
		expect_eq_msg(asm_safe(".inst 0x9e66001f"), rows[i].el1 ? trap : 0, "FPEN %zu, EL1", i);
		expect_eq_msg(asm_safe_out1("mrs %0, " xstr(FPCR), "+r" (value)), rows[i].el1 ? trap : 0,
			      "FPEN %zu, FPCR", i);
		run_in_user(user_fp, 0);
		expect_eq_msg(exception_record()->raised ? exception_record()->esr : 0, rows[i].el0 ? trap : 0,
			      "FPEN %zu, EL0", i);
	}
	write_sysreg(cpacr, cpacr_el1);
	isb();
	fpu_store(&after);
	expect_mem(&after, &before, sizeof(before));
}

/* ---- SVE ---- */

CASE(sve_absent, "without SVE in ID_AA64PFR0_EL1 its instructions are undefined")
{
	require(!system_supports_sve());
	/* rdvl x0, #1 */
	expect_eq(asm_safe(".inst 0x04bf5020"), (u64)ESR_ELx_EC_UNKNOWN << ESR_ELx_EC_SHIFT | ESR_ELx_IL);
}

static u64 vector_bytes(void)
{
	u64 bytes;

	asm volatile(".inst 0x04bf5020\n\tmov %0, x0" : "=r" (bytes) : : "x0");
	return bytes;
}

CASE(sve, "CPACR_EL1.ZEN traps SVE with class 0x19, ZCR_EL1.LEN chooses a length of what the machine has")
{
	u64 cpacr = read_sysreg(cpacr_el1), last = 0;

	require(system_supports_sve());
	write_sysreg(cpacr & ~CPACR_EL1_ZEN, cpacr_el1);
	isb();
	expect_eq(asm_safe(".inst 0x04bf5020", "r" (0)), (u64)ESR_ELx_EC_SVE << ESR_ELx_EC_SHIFT | ESR_ELx_IL);
	write_sysreg(cpacr | CPACR_EL1_ZEN, cpacr_el1);
	isb();
	for (u64 len = 0; len < 16; len++) {
		u64 bytes;

		write_sysreg_s(len, ZCR_EL1);
		isb();
		bytes = vector_bytes();
		expect_eq_msg(bytes & 15, 0, "LEN %" PRIu64, len);
		expect_le(bytes, (len + 1) * 16);
		expect_ge(bytes, MAX(last, 16ul));
		last = bytes;
	}
	metric("sve_length", last * 8, "bits");
	write_sysreg_s(0, ZCR_EL1);
	write_sysreg(cpacr, cpacr_el1);
	isb();
}
