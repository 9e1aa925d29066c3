/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where components are in an area (SDM volume 1, 13.4.2 and 13.4.3), what is in them, and what was written. The legacy
 * region is the same in both formats: x87 in bytes 0 to 23 and 32 to 159, SSE from 160, MXCSR and its mask in 24 to 31.
 */
#include "xsave.h"

u32 component_size(u32 i)
{
	return raw_cpuid(0xd, i).a;
}

/* Compacted: behind those before it in XCOMP_BV, on 64 bytes if ECX bit 1 says so. */
static u32 compacted_offset(u32 i, u64 xcomp_bv)
{
	u32 offset = HEADER_END;

	for (u32 j = 2; j <= i; j++) {
		if (!(xcomp_bv >> j & 1))
			continue;
		if (raw_cpuid(0xd, j).c & 2)
			offset = (offset + 63) & ~63u;
		if (j < i)
			offset += component_size(j);
	}
	return offset;
}

u32 component_offset(u32 i, u64 xcomp_bv)
{
	if (i < 2)
		return i ? offsetof(struct xsave_area, xmm) : 0;
	return xcomp_bv & COMPACTED ? compacted_offset(i, xcomp_bv) : raw_cpuid(0xd, i).b;
}

u32 area_end(u64 mask, bool compacted)
{
	u32 end = HEADER_END;

	for_each_bit (i, mask & ~3ull)
		end = MAX(end, component_offset(i, compacted ? COMPACTED | mask : 0) + component_size(i));
	return end;
}

/* Control, status and tag word; eight registers of ten bytes. The pointers: legacy.c. */
static u32 x87_state(const struct xsave_area *area, u8 *out)
{
	memcpy(out, area, 5);
	for (int i = 0; i < 8; i++)
		memcpy(out + 5 + 10 * i, area->st[i], 10);
	return 5 + 80;
}

u32 component_state(const struct xsave_area *area, u32 i, u64 xcomp_bv, u8 *out)
{
	const struct component *c = component(i);

	if (i == 0)
		return x87_state(area, out);
	if (!c)
		return 0;
	memcpy(out, (const u8 *)area + component_offset(i, xcomp_bv), c->used);
	if (i != 1)
		return c->used;
	memcpy(out + c->used, &area->mxcsr, sizeof(area->mxcsr));
	return c->used + sizeof(area->mxcsr);
}

static u8 actual_state[STATE_MAX], wanted_state[STATE_MAX];

void expect_component(const struct xsave_area *actual, u64 actual_bv, const struct xsave_area *wanted, u64 wanted_bv,
		      u32 i)
{
	u32 size = component_state(actual, i, actual_bv, actual_state);

	component_state(wanted, i, wanted_bv, wanted_state);
	if (memcmp(actual_state, wanted_state, size))
		expect_msg(false, "%s: not as wanted", component(i) ? component(i)->name : "?");
	expect_mem(actual_state, wanted_state, size);
}

void expect_initial(const struct xsave_area *area, u64 xcomp_bv, u32 i)
{
	u32 size = component_state(area, i, xcomp_bv, actual_state);

	memset(wanted_state, 0, size);
	if (i == 0)
		*(u16 *)(void *)wanted_state = 0x37f;
	if (i == 1)
		*(u32 *)(void *)(wanted_state + size - 4) = MXCSR_INIT;
	expect_mem(actual_state, wanted_state, size);
}

void blank(struct xsave_area *area)
{
	memset(area, FILL, sizeof(*area));
	area->xstate_bv = area->xcomp_bv = 0;
	memset(area->reserved, 0, sizeof(area->reserved));
}

/* The byte of a blank area. */
static u8 blank_byte(u32 at)
{
	return at >= LEGACY_SIZE && at < HEADER_END ? 0 : FILL;
}

static bool may_write(u32 at, u64 mask, u64 xcomp_bv, u32 header_bytes)
{
	if (at >= 24 && at < 32)
		return mask & (XFEATURE_MASK_SSE | (xcomp_bv ? 0 : XFEATURE_MASK_YMM));
	if (at < 160)
		return mask & XFEATURE_MASK_FP;
	if (at < LEGACY_SIZE)
		return mask & XFEATURE_MASK_SSE && at < 160 + 16 * X87_SSE_REGS;
	return at < LEGACY_SIZE + header_bytes;
}

/* The first byte outside of the components that is not blank, or AREA_SIZE. */
static u32 first_stray(const struct xsave_area *area, u64 mask, u64 xcomp_bv, u32 header_bytes)
{
	static u8 allowed[AREA_SIZE];
	const u8 *bytes = (const u8 *)area;

	memset(allowed, 0, sizeof(allowed));
	for_each_bit (i, mask & ~3ull)
		memset(allowed + component_offset(i, xcomp_bv), 1, component_size(i));
	for (u32 at = 0; at < AREA_SIZE; at++)
		if (bytes[at] != blank_byte(at) && !allowed[at] && !may_write(at, mask, xcomp_bv, header_bytes))
			return at;
	return AREA_SIZE;
}

void expect_only_written(const struct xsave_area *area, u64 mask, u64 xcomp_bv, u32 header_bytes)
{
	expect_eq_msg(first_stray(area, mask, xcomp_bv, header_bytes), AREA_SIZE,
		      "a byte that is not of components %#" PRIx64 " is written", mask);
}
