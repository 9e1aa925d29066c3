/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What XRSTOR and XRSTORS load (SDM volume 1, 13.8 and 13.12): the components of RFBM (EDX:EAX and XCR0), from the image
 * where XSTATE_BV says so, else their initial configuration; the other components stay.
 */
#include "xsave.h"

static void check_all(const struct restore *insn)
{
	static u8 direct[STATE_MAX];

	enable_restore(insn);
	make_image(&image, 11, format_for(insn));
	expect_eq(insn->run(&image, ~0ull), 0);
	save_all(&saved);
	expect_eq(saved.xstate_bv & patterned(), patterned());
	for_each_bit (i, patterned())
		expect_component(&saved, 0, &image, image.xcomp_bv, i);
	for_each_bit (i, patterned() & ~1ull) {
		const struct component *c = component(i);

		if (!c->reachable || !c->reachable())
			continue;
		c->read(direct);
		if (memcmp(direct, (u8 *)&image + component_offset(i, image.xcomp_bv), c->used))
			expect_msg(false, "%s: instructions read something else", c->name);
		expect_mem(direct, (u8 *)&image + component_offset(i, image.xcomp_bv), c->used);
	}
}
EACH_RESTORE(all, "all components are loaded, which XSAVE and instructions see", check_all)

/* All components are other's but i, which is image's. */
static void expect_mixed(const struct restore *insn, u32 i)
{
	save_all(&saved);
	for_each_bit (j, patterned()) {
		if (j == i)
			expect_component(&saved, 0, &image, image.xcomp_bv, j);
		else if (j != 1 || i != 2 || insn->compacted)
			expect_component(&saved, 0, &other, 0, j);
	}
}

/* AVX's bit alone loads MXCSR in the standard format: legacy.c. */
static void check_one(const struct restore *insn)
{
	enable_restore(insn);
	make_image(&image, 12, format_for(insn));
	make_image(&other, 13, 0);
	for_each_bit (i, patterned()) {
		load_image(&other);
		expect_eq(insn->run(&image, 1ull << i), 0);
		expect_mixed(insn, i);
	}
}
EACH_RESTORE(one, "each component alone is loaded, and the others stay", check_one)

static void check_initial(const struct restore *insn)
{
	enable_restore(insn);
	make_image(&other, 14, 0);
	for_each_bit (i, patterned()) {
		make_image(&image, 15, format_for(insn));
		load_image(&other);
		image.xstate_bv = 0;
		image.mxcsr = MXCSR_INIT;
		expect_eq(insn->run(&image, 1ull << i), 0);
		save_all(&saved);
		expect_initial(&saved, 0, i);
		for_each_bit (j, patterned() & ~(1ull << i | (i == 2 ? 2 : 0)))
			expect_component(&saved, 0, &other, 0, j);
	}
}
EACH_RESTORE(initial, "a component whose bit in XSTATE_BV is clear gets its initial configuration, each alone", check_initial)

/* Some from the image, some initial: by one XRSTOR, with every other bit. */
static void check_alternate(const struct restore *insn)
{
	enable_restore(insn);
	make_image(&other, 16, 0);
	for (int odd = 0; odd < 2; odd++) {
		make_image(&image, 17, format_for(insn));
		image.xstate_bv &= odd ? 0xaaaaaaaaaaaaaaaa : 0x5555555555555555;
		if (!(image.xstate_bv & 2))
			image.mxcsr = MXCSR_INIT;
		load_image(&other);
		expect_eq(insn->run(&image, ~0ull), 0);
		save_all(&saved);
		for_each_bit (i, patterned()) {
			if (image.xstate_bv >> i & 1)
				expect_component(&saved, 0, &image, image.xcomp_bv, i);
			else
				expect_initial(&saved, 0, i);
		}
	}
}
EACH_RESTORE(alternate, "every other component from the image, the rest initial, in one go", check_alternate)

static void check_none(const struct restore *insn)
{
	enable_restore(insn);
	make_image(&image, 18, format_for(insn));
	make_image(&other, 19, 0);
	load_image(&other);
	expect_eq(insn->run(&image, 0), 0);
	expect_eq(insn->run(&image, ~this_cpu_supported_xcr0()), 0);
	save_all(&saved);
	for_each_bit (i, patterned())
		expect_component(&saved, 0, &other, 0, i);
}
EACH_RESTORE(none, "no component, or only such as XCR0 does not have: nothing changes", check_none)

/* Compacted areas need not have room for all components. */
static void check_packed(const struct restore *insn)
{
	enable_restore(insn);
	make_image(&other, 20, 0);
	for_each_bit (i, patterned() & ~3ull) {
		u64 xcomp_bv = COMPACTED | 1ull << i;
		const struct component *c = component(i);

		memset(&image, 0, sizeof(image));
		image.xcomp_bv = xcomp_bv;
		image.xstate_bv = 1ull << i;
		memcpy((u8 *)&image + component_offset(i, xcomp_bv), (u8 *)&other + component_offset(i, 0), c->used);
		expect_eq(component_offset(i, xcomp_bv), HEADER_END);
		load_initial();
		expect_eq(insn->run(&image, ~0ull), 0);
		save_all(&saved);
		expect_component(&saved, 0, &other, 0, i);
		for_each_bit (j, patterned() & ~(1ull << i))
			expect_initial(&saved, 0, j);
	}
}
CASE(xrstorc_packed, "XRSTOR of a compacted image with one extended component, which lies right behind the header")
{
	check_packed(&xrstorc);
}

CASE(xrstors_packed, "XRSTORS of a compacted image with one extended component, which lies right behind the header")
{
	check_packed(&xrstors);
}

/* SDM volume 1, 13.10: a compacted image loads as it was saved, whatever components it has. */
CASE(compacted_subsets, "XSAVEC of every two components, and XRSTOR of what it saved")
{
	enable_save(&xsavec);
	make_image(&image, 21, 0);
	for_each_bit (i, patterned()) {
		for_each_bit (j, patterned()) {
			u64 mask = 1ull << i | 1ull << j;

			load_image(&image);
			blank(&saved);
			insist_eq(xsavec.run(&saved, mask), 0);
			expect_eq(saved.xcomp_bv, COMPACTED | mask);
			load_initial();
			expect_eq(xrstorc.run(&saved, ~0ull), 0);
			save_all(&other);
			for_each_bit (k, patterned()) {
				if (mask >> k & 1)
					expect_component(&other, 0, &image, 0, k);
				else
					expect_initial(&other, 0, k);
			}
		}
	}
}
