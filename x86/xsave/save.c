/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What XSAVE, XSAVEOPT, XSAVEC and XSAVES write (SDM volume 1, 13.7 to 13.11): the components of RFBM (EDX:EAX and
 * XCR0), into XSTATE_BV those of them in use and, from XSAVE and XSAVEOPT, what was there for the others; into XCOMP_BV
 * the format; and nothing else. All but XSAVE leave out what is in its initial configuration.
 */
#include "xsave.h"

/* XCOMP_BV that insn leaves with that RFBM. */
static u64 format(const struct save *insn, u64 rfbm)
{
	return insn->compacts ? COMPACTED | rfbm : 0;
}

static u32 header_bytes(const struct save *insn)
{
	return insn->compacts ? 16 : 8;
}

static void check_all(const struct save *insn)
{
	u64 all = this_cpu_supported_xcr0();

	enable_save(insn);
	make_image(&image, 1, 0);
	load_image(&image);
	blank(&saved);
	expect_eq(insn->run(&saved, ~0ull), 0);
	expect_eq(saved.xcomp_bv, format(insn, all));
	expect_eq(saved.xstate_bv & patterned(), patterned());
	expect_eq(saved.xstate_bv & ~all, 0);
	for_each_bit (i, patterned())
		expect_component(&saved, saved.xcomp_bv, &image, 0, i);
	expect_only_written(&saved, all, saved.xcomp_bv, header_bytes(insn));
}
EACH_SAVE(all, "all components, none initial: all is written, and nothing else", check_all)

/* One component. Bits of XSTATE_BV of the others: kept by the standard format, 0 in the compacted one. */
static void save_one(const struct save *insn, u32 i, u64 others)
{
	blank(&saved);
	saved.xstate_bv = others;
	expect_eq_msg(insn->run(&saved, 1ull << i), 0, "%s, component %" PRIu32, insn->name, i);
	expect_eq(saved.xcomp_bv, format(insn, 1ull << i));
	expect_eq_msg(saved.xstate_bv, 1ull << i | (insn->compacts ? 0 : others), "%s, component %" PRIu32, insn->name, i);
}

static void check_one(const struct save *insn)
{
	enable_save(insn);
	make_image(&image, 2, 0);
	load_image(&image);
	for_each_bit (i, patterned()) {
		save_one(insn, i, 0);
		expect_component(&saved, saved.xcomp_bv, &image, 0, i == 1 ? 1 : i);
		expect_only_written(&saved, 1ull << i, saved.xcomp_bv, header_bytes(insn));
		save_one(insn, i, ~(1ull << i) & ~COMPACTED);
	}
}
EACH_SAVE(one, "each component alone: only that is written, its bit set, the others' kept or cleared", check_one)

static void check_none(const struct save *insn)
{
	enable_save(insn);
	make_image(&image, 3, 0);
	load_image(&image);
	for (int turn = 0; turn < 2; turn++) {
		u64 mask = turn ? ~this_cpu_supported_xcr0() : 0;

		blank(&saved);
		saved.xstate_bv = 0x1234;
		expect_eq(insn->run(&saved, mask), 0);
		expect_eq_msg(saved.xstate_bv, insn->compacts ? 0 : 0x1234, "mask %#" PRIx64, mask);
		expect_eq(saved.xcomp_bv, format(insn, 0));
		saved.xstate_bv = 0;
		expect_only_written(&saved, 0, saved.xcomp_bv, header_bytes(insn));
	}
}
EACH_SAVE(none, "no component, or only such as XCR0 does not have: none is written", check_none)

static void check_xcr0(const struct save *insn)
{
	enable_save(insn);
	require(this_cpu_supported_xcr0() & ~XFEATURE_MASK_FP_SSE);
	make_image(&image, 4, 0);
	load_image(&image);
	write_xcr0(XFEATURE_MASK_FP_SSE);
	blank(&saved);
	expect_eq(insn->run(&saved, ~0ull), 0);
	expect_eq(saved.xstate_bv, XFEATURE_MASK_FP_SSE);
	expect_eq(saved.xcomp_bv, format(insn, XFEATURE_MASK_FP_SSE));
	expect_only_written(&saved, XFEATURE_MASK_FP_SSE, saved.xcomp_bv, header_bytes(insn));
	write_xcr0(this_cpu_supported_xcr0());
	save_all(&other);
	for_each_bit (i, patterned())
		expect_component(&other, 0, &image, 0, i);
}
EACH_SAVE(xcr0, "components that XCR0 does not enable are not written, and keep their state", check_xcr0)

/*
 * In the initial configuration XSTATE_BV may say so or not (13.6: XINUSE); XSAVE writes it in any case, the others not if
 * it says so.
 */
static void check_initial(const struct save *insn)
{
	u64 all = this_cpu_supported_xcr0();

	enable_save(insn);
	blank(&saved);
	expect_eq(insn->run(&saved, ~0ull), 0);
	expect_eq(saved.xstate_bv & ~all, 0);
	for_each_bit (i, patterned())
		if (!insn->skips_initial || saved.xstate_bv >> i & 1)
			expect_initial(&saved, saved.xcomp_bv, i);
	expect_only_written(&saved, insn->skips_initial ? saved.xstate_bv | (insn->compacts ? 0 : 2) : all,
			    saved.xcomp_bv, header_bytes(insn));
}

/* MXCSR is written with XSTATE_BV[1] or, in the standard format, always: only the registers are left out. */
static void check_initial_registers(const struct save *insn)
{
	const u8 *registers = (const u8 *)saved.xmm;

	check_initial(insn);
	if (!insn->skips_initial || saved.xstate_bv & XFEATURE_MASK_SSE)
		return;
	for (u32 i = 0; i < sizeof(saved.xmm); i++)
		if (!expect_eq(registers[i], FILL))
			break;
}
EACH_SAVE(initial, "initial configurations: XSAVE writes them, the others do not", check_initial_registers)

/* XSAVEOPT and XSAVES may leave out what is unmodified since XRSTOR from the same area (13.9): nothing else. */
static void check_changed(const struct save *insn)
{
	enable_save(insn);
	for (u32 seed = 1; seed < 4; seed++) {
		make_image(&image, 5, 0);
		make_image(&other, 6 + seed, 0);
		load_image(&image);
		load_image(&other);
		blank(&image);
		expect_eq(insn->run(&image, ~0ull), 0);
		for_each_bit (i, patterned())
			expect_component(&image, image.xcomp_bv, &other, 0, i);
	}
}
EACH_SAVE(changed, "state that was loaded from elsewhere since is written", check_changed)

/* The same, changed by instructions. */
static void check_direct(const struct save *insn)
{
	enable_save(insn);
	make_image(&image, 7, 0);
	make_image(&other, 8, 0);
	for_each_bit (i, patterned()) {
		const struct component *c = component(i);
		u32 mxcsr = i == 1 ? image.mxcsr : 0;

		if (!c->reachable || !c->reachable())
			continue;
		load_image(&image);
		c->load((u8 *)&other + component_offset(i, 0));
		blank(&saved);
		expect_eq(insn->run(&saved, ~0ull), 0);
		expect_eq_msg(saved.xstate_bv >> i & 1, 1, "%s", c->name);
		if (i == 1)
			other.mxcsr = mxcsr;
		expect_component(&saved, saved.xcomp_bv, &other, 0, i);
	}
}
EACH_SAVE(direct, "state that instructions wrote is in use and is written", check_direct)

/* ---- XGETBV of 1: XCR0 and XINUSE ---- */

static u64 in_use(void)
{
	u64 value = 0;

	expect_eq(xgetbv_safe(1, &value), 0);
	return value;
}

CASE(in_use, "XGETBV of 1 has each component that is not initial, none that XCR0 has not, and no more than when it was")
{
	u64 initially;

	require(this_cpu_has(X86_FEATURE_XGETBV1));
	enable_all();
	initially = in_use();
	expect_eq(initially & ~this_cpu_supported_xcr0(), 0);
	for_each_bit (i, patterned()) {
		make_image(&image, 69, 0);
		image.xstate_bv = 1ull << i;
		if (i != 1)
			image.mxcsr = MXCSR_INIT;
		load_image(&image);
		expect_eq_msg(in_use(), initially | 1ull << i, "component %" PRIu32, i);
		load_initial();
		expect_eq_msg(in_use(), initially, "after component %" PRIu32, i);
	}
	make_image(&image, 70, 0);
	load_image(&image);
	write_xcr0(XFEATURE_MASK_FP);
	expect_eq(in_use(), XFEATURE_MASK_FP);
}
