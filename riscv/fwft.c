/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Firmware features (RISC-V SBI 3.0, chapter 18): which are there, what each takes and gives back,
 * that the delegation of misaligned accesses is what a trap then shows, a lock (last, since nothing
 * undoes it).
 */
#include "case.h"
#include "asm/processor.h"
#include "asm/sbi.h"

static const struct feature {
	u32 id;
	ulong highest;			/* value that is defined */
	const char *name;
} features[] = {
	{ SBI_FWFT_MISALIGNED_EXC_DELEG, 1, "misaligned" },
	{ SBI_FWFT_LANDING_PAD, 1, "landing pads" },
	{ SBI_FWFT_SHADOW_STACK, 1, "shadow stacks" },
	{ SBI_FWFT_DOUBLE_TRAP, 1, "double traps" },
	{ SBI_FWFT_PTE_AD_HW_UPDATING, 1, "A and D" },
};

void case_setup(void)
{
	require(sbi_probe(SBI_EXT_FWFT));
}

CASE(values, "each feature that is there keeps each of its values; others are invalid parameters "
	     "and change nothing")
{
	for (size_t i = 0; i < ARRAY_SIZE(features); i++) {
		const struct feature *f = &features[i];
		struct sbiret before = sbi_fwft_get(f->id);

		if (before.error) {
			expect_eq_msg(before.error, SBI_ERR_NOT_SUPPORTED, "%s", f->name);
			expect_eq_msg(sbi_fwft_set(f->id, 1, 0).error, SBI_ERR_NOT_SUPPORTED, "%s",
				      f->name);
			continue;
		}
		expect_le((ulong)before.value, f->highest);
		/*
		 * A double trap may not be armed here: the handlers of the library do not expect
		 * one.
		 */
		for (ulong v = 0; v <= f->highest && f->id != SBI_FWFT_DOUBLE_TRAP; v++) {
			expect_eq_msg(sbi_fwft_set(f->id, v, 0).error, SBI_SUCCESS, "%s", f->name);
			expect_eq_msg(sbi_fwft_get(f->id).value, v, "%s", f->name);
		}
		sbi_fwft_set(f->id, before.value, 0);
		expect_eq_msg(sbi_fwft_set(f->id, f->highest + 1, 0).error, SBI_ERR_INVALID_PARAM,
			      "%s", f->name);
		expect_eq_msg(sbi_fwft_set(f->id, ~0ul, 0).error, SBI_ERR_INVALID_PARAM, "%s",
			      f->name);
		expect_eq_msg(sbi_fwft_get(f->id).value, before.value, "%s", f->name);
	}
}

CASE(flags, "flags that are not defined are invalid parameters")
{
	for (int bit = 1; bit < 64; bit++)
		expect_eq_msg(sbi_fwft_set(SBI_FWFT_MISALIGNED_EXC_DELEG, 0, 1ul << bit).error,
			      SBI_ERR_INVALID_PARAM, "bit %d", bit);
}

CASE(misaligned, "a misaligned load that the hart does not do comes here if it is delegated, else "
		 "firmware does it")
{
	static u64 words[2] = { 0x0123456789abcdef, 0x1122334455667788 };
	struct sbiret before = sbi_fwft_get(SBI_FWFT_MISALIGNED_EXC_DELEG);
	ulong value = 0;

	require_msg(!before.error, "the feature is not there");
	insist_eq(sbi_fwft_set(SBI_FWFT_MISALIGNED_EXC_DELEG, 0, 0).error, SBI_SUCCESS);
	expect(!trap_try("ld %0, 1(%1)", "+r" (value), "r" (words)));
	expect_eq(value, 0x880123456789abcd);
	insist_eq(sbi_fwft_set(SBI_FWFT_MISALIGNED_EXC_DELEG, 1, 0).error, SBI_SUCCESS);
	value = 0;
	if (trap_try("ld %0, 1(%1)", "+r" (value), "r" (words))) {
		expect_eq(trap_record()->regs.cause, EXC_LOAD_MISALIGNED);
		expect_eq(trap_record()->regs.badaddr, (ulong)words + 1);
	} else {
		expect_eq(value, 0x880123456789abcd);
	}
	sbi_fwft_set(SBI_FWFT_MISALIGNED_EXC_DELEG, before.value, 0);
}

CASE(lock, "a feature that is locked keeps its value: any further set is denied")
{
	long version =
		sbi_ecall(SBI_EXT_BASE, SBI_EXT_BASE_GET_SPEC_VERSION, 0, 0, 0, 0, 0, 0).value;
	struct sbiret before = sbi_fwft_get(SBI_FWFT_MISALIGNED_EXC_DELEG);

	require_msg(!before.error, "the feature is not there");
	require_msg(version >= 3l << 24, "the errors are those of a draft: version %ld.%ld of SBI",
		    version >> 24, version & 0xffffff);
	expect_eq(sbi_fwft_set(SBI_FWFT_MISALIGNED_EXC_DELEG, before.value, SBI_FWFT_SET_FLAG_LOCK)
			  .error,
		  SBI_SUCCESS);
	expect_eq(sbi_fwft_set(SBI_FWFT_MISALIGNED_EXC_DELEG, !before.value, 0).error,
		  SBI_ERR_DENIED_LOCKED);
	expect_eq(sbi_fwft_set(SBI_FWFT_MISALIGNED_EXC_DELEG, before.value, 0).error,
		  SBI_ERR_DENIED_LOCKED);
	expect_eq(sbi_fwft_get(SBI_FWFT_MISALIGNED_EXC_DELEG).value, before.value);
}
