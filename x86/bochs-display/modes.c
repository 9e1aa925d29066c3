/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Modes: what is set reads back whole; what no display can show ends within the memory; and the
 * memory keeps its contents while another CPU uses it (Bochs' VBE display API, NOCLEARMEM).
 */
#include "display.h"
#include "patience.h"
#include "x86/processor.h"
#include "x86/smp.h"

static const struct {
	u16 width, height, bpp;
} modes[] = {
	{ 640, 480, 32 }, { 320, 200, 8 }, { 800, 600, 16 }, { 1024, 768, 24 }, { 1280, 1024, 32 },
	{ 1600, 1200, 32 }, { 640, 400, 15 }, { 8, 1, 32 }, { 1920, 1080, 32 },
};

static u16 id;			/* what cases find it as */

static void expect_mode(size_t mode, bool on)
{
	expect_eq_msg(get(XRES), modes[mode].width, "mode %zu, on %d", mode, on);
	expect_eq_msg(get(YRES), modes[mode].height, "mode %zu, on %d", mode, on);
	expect_eq_msg(get(BPP), modes[mode].bpp, "mode %zu, on %d", mode, on);
	expect_eq_msg(get(ENABLE) & (ENABLED | GETCAPS | LFB), on ? ENABLED | LFB : 0, "mode %zu",
		      mode);
	expect_eq_msg(get(ID), id, "mode %zu", mode);
	expect_eq_msg(get(MEMORY_64K), fb_size >> 16, "mode %zu", mode);
}

CASE(modes, "each mode reads back whole, while it is on and after")
{
	id = get(ID);
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		set_mode(modes[i].width, modes[i].height, modes[i].bpp, ENABLED | LFB | NOCLEARMEM);
		expect_mode(i, true);
		disable();
		expect_mode(i, false);
	}
}

/* ---- values out of range ---- */

/* A VGA shows what it says, and memory is all it has. bochs-display only keeps the numbers. */
static void expect_in_bounds(const char *what, u16 value)
{
	u16 bpp = get(BPP);
	u64 bits = (u64)get(XRES) * get(YRES) * (bpp == 15 ? 16 : bpp);

	expect_eq_msg(get(ID), id, "%s %u", what, value);
	expect_eq_msg(get(MEMORY_64K), fb_size >> 16, "%s %u", what, value);
	if (!is_vga)
		return;
	expect_msg(bpp == 4 || bpp == 8 || bpp == 15 || bpp == 16 || bpp == 24 || bpp == 32,
		   "%s %u: %u bits a pixel", what, value, bpp);
	expect_msg(get(XRES) && get(YRES) && bits <= fb_size * 8ull,
		   "%s %u: %u * %u of %u bits are more than the memory", what, value, get(XRES),
		   get(YRES), bpp);
	expect_msg(get(VIRT_WIDTH) >= get(XRES), "%s %u: a virtual width of %u", what, value,
		   get(VIRT_WIDTH));
}

/* One register of an enabled mode gets each value, both before the mode is on and while it is. */
static void try_values(const char *what, unsigned int reg, const u16 *values, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		set_mode(640, 480, 32, 0);
		set(reg, values[i]);
		set(ENABLE, ENABLED | LFB | NOCLEARMEM);
		expect_in_bounds(what, values[i]);
		set_mode(640, 480, 32, ENABLED | LFB | NOCLEARMEM);
		set(reg, values[i]);
		expect_in_bounds(what, values[i]);
	}
}

static u32 marks_at(u32 i)
{
	return (u32)(fb_size / 16 * i + (i & 1 ? fb_size / 16 - 4 : 0));
}

CASE(out_of_range, "sizes and depths that no mode has end within the memory, and leave it alone")
{
	static const u16 sizes[] = {
		0, 1, 7, 9, 4095, 4097, 16001, 0x7fff, 0x8000, 0xfff8, 0xffff,
	};
	static const u16 depths[] = { 0, 1, 2, 3, 5, 7, 9, 12, 17, 31, 33, 48, 64, 0x8008, 0xffff };

	id = get(ID);
	for (u32 i = 0; i < 16; i++)
		writel(~i, fb + marks_at(i));
	try_values("XRES", XRES, sizes, ARRAY_SIZE(sizes));
	try_values("YRES", YRES, sizes, ARRAY_SIZE(sizes));
	try_values("BPP", BPP, depths, ARRAY_SIZE(depths));
	try_values("VIRT_WIDTH", VIRT_WIDTH, sizes, ARRAY_SIZE(sizes));
	try_values("X_OFFSET", X_OFFSET, sizes, ARRAY_SIZE(sizes));
	try_values("Y_OFFSET", Y_OFFSET, sizes, ARRAY_SIZE(sizes));
	for (u32 i = 0; i < 16; i++)
		expect_eq_msg(peekl(fb + marks_at(i)), ~i, "at %#" PRIx32, marks_at(i));
	disable();
}

/* ---- under load ---- */

static u32 rounds, wrong, stop;

/* The other CPU: writes a stripe over the whole framebuffer, and reads it back. */
static void use_memory(void *unused)
{
	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
		u32 round = rounds + 1, bad = 0;

		for (u32 i = 0; i < 64; i++)
			writel(round * 64 + i, fb + fb_size / 64 * i + 4);
		for (u32 i = 0; i < 64; i++)
			bad += peekl(fb + fb_size / 64 * i + 4) != round * 64 + i;
		__atomic_fetch_add(&wrong, bad, __ATOMIC_SEQ_CST);
		__atomic_store_n(&rounds, round, __ATOMIC_SEQ_CST);
		on_cpus_check();
	}
}

/* Waits for the end of a round that began after this call, or for half a minute. */
static bool pass_rounds(void)
{
	struct patience patience = { 0 };
	u32 now = __atomic_load_n(&rounds, __ATOMIC_SEQ_CST);

	while (__atomic_load_n(&rounds, __ATOMIC_SEQ_CST) - now < 2) {
		if (patience_over(&patience, 30))
			return false;
		pause();
	}
	return true;
}

CASE(load, "modes change while another CPU uses the memory: with NOCLEARMEM nothing is lost")
{
	require(cpu_count() > 1);
	id = get(ID);
	rounds = wrong = stop = 0;
	for (u32 i = 0; i < 16; i++)
		writel(i ^ 0xabcdef, fb + marks_at(i));
	on_cpu_async(1, use_memory, NULL);
	for (size_t i = 0; i < 4 * ARRAY_SIZE(modes); i++) {
		size_t mode = i % ARRAY_SIZE(modes);

		set_mode(modes[mode].width, modes[mode].height, modes[mode].bpp,
			 ENABLED | LFB | NOCLEARMEM);
		expect_mode(mode, true);
		if (i % 4 == 0)
			insist(pass_rounds());
	}
	insist(pass_rounds());
	__atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
	disable();
	on_cpu(1, use_memory, NULL);
	expect_eq(wrong, 0);
	for (u32 i = 0; i < 16; i++)
		expect_eq_msg(peekl(fb + marks_at(i)), i ^ 0xabcdef, "at %#" PRIx32, marks_at(i));
}
