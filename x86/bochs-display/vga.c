/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What only a VGA has (VGA, secondary-vga; bochs-display keeps its registers as they are written):
 * capabilities, a virtual screen, clearing, the window at 0xa0000 with banks, the DAC, and ports
 * (Bochs' VBE display API; QEMU, docs/specs/standard-vga; IBM VGA: attribute, CRT controller, DAC).
 */
#include "display.h"

#define PORT_INDEX	0x1ce
#define WINDOW		0xa0000
#define WINDOW_SIZE	0x10000

#define DAC_MASK	0x3c6
#define DAC_READ	0x3c7
#define DAC_WRITE	0x3c8
#define DAC_DATA	0x3c9
#define CRTC_INDEX	0x3d4
#define CRTC_DATA	0x3d5
#define CURSOR_HIGH	0x0e		/* of the CRT controller's registers: all bits are kept */
#define CURSOR_LOW	0x0f

static void require_vga(void)
{
	require_msg(is_vga, "the device is no VGA");
}

static void require_ports(void)
{
	require_msg(has_ports, "the device has no ports");
}

CASE(caps, "GETCAPS: the registers say the largest mode, and without it what was set")
{
	u16 width, height, bpp;

	require_vga();
	set_mode(640, 480, 16, 0);
	set(ENABLE, GETCAPS);
	width = get(XRES);
	height = get(YRES);
	bpp = get(BPP);
	set(ENABLE, 0);
	expect_ge(width, 1024);
	expect_ge(height, 768);
	expect_eq(bpp, 32);
	expect_eq(get(XRES), 640);
	expect_eq(get(YRES), 480);
	expect_eq(get(BPP), 16);
	set_mode(0xffff, 0xffff, 32, ENABLED | LFB | NOCLEARMEM);
	expect_le(get(XRES), width);
	expect_le(get(YRES), height);
	expect_le((u64)get(XRES) * get(YRES) * 4, fb_size);
	disable();
}

CASE(virtual_size, "the virtual screen: as wide as the visible one at least, as high as memory is")
{
	require_vga();
	set_mode(640, 480, 32, ENABLED | LFB | NOCLEARMEM);
	expect_eq(get(VIRT_WIDTH), 640);
	expect_eq(get(VIRT_HEIGHT), fb_size / (640 * 4));
	set(VIRT_WIDTH, 1280);
	expect_eq(get(VIRT_WIDTH), 1280);
	expect_eq(get(VIRT_HEIGHT), fb_size / (1280 * 4));
	expect_eq(get(XRES), 640);
	set(VIRT_WIDTH, 320);
	expect_eq(get(VIRT_WIDTH), 640);
	set(VIRT_WIDTH, 0xffff);
	expect_ge(get(VIRT_WIDTH), 640);
	/* It may be the height that gives way. */
	expect_le((u64)get(VIRT_WIDTH) * 4 * get(YRES), fb_size);
	disable();
}

CASE(offsets,
     "offsets that leave the visible screen within memory are kept, others do not lead out")
{
	require_vga();
	set_mode(640, 480, 32, ENABLED | LFB | NOCLEARMEM);
	set(VIRT_WIDTH, 1280);
	set(X_OFFSET, 640);
	set(Y_OFFSET, 960);
	expect_eq(get(X_OFFSET), 640);
	expect_eq(get(Y_OFFSET), 960);
	set(Y_OFFSET, 0xffff);
	expect_le(((u64)get(Y_OFFSET) + 480) * 1280 * 4, fb_size);
	set(X_OFFSET, 0xffff);
	expect_le(((u64)get(Y_OFFSET) + 480) * 1280 * 4 + (get(X_OFFSET) - 640) * 4, fb_size);
	disable();
}

CASE(clear, "enabling a mode clears its screen, unless NOCLEARMEM says not to")
{
	static const u32 places[] = { 0, 4, 640 * 4 - 4, 640 * 240 * 4, 640 * 480 * 4 - 4 };

	require_vga();
	disable();
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		writel(0x12345678 + places[i], fb + places[i]);
	set_mode(640, 480, 32, ENABLED | LFB | NOCLEARMEM);
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		expect_eq_msg(peekl(fb + places[i]), 0x12345678 + places[i], "at %" PRIu32,
			      places[i]);
	set_mode(640, 480, 32, ENABLED | LFB);
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		expect_eq_msg(peekl(fb + places[i]), 0, "at %" PRIu32, places[i]);
	disable();
}

/* ---- the window of 64 KiB ---- */

CASE(bank, "the window at 0xa0000 is that bank of the framebuffer, for reads and writes")
{
	volatile char *window = ioremap(WINDOW, WINDOW_SIZE);
	u32 banks = (u32)(fb_size >> 16);
	u32 tried[] = { 0, 1, 2, banks / 2, banks - 1 };

	require_ports();
	set_mode(640, 480, 8, ENABLED | NOCLEARMEM);
	for (size_t i = 0; i < ARRAY_SIZE(tried); i++) {
		volatile char *bank = fb + ((size_t)tried[i] << 16);

		set(BANK, (u16)tried[i]);
		writel(0xba9c0000 + (u32)i, window + 16);
		writeb(0x30 + (u8)i, window + WINDOW_SIZE - 1);
		expect_eq(get(BANK), tried[i]);
		expect_eq_msg(peekl(bank + 16), 0xba9c0000 + i, "bank %" PRIu32, tried[i]);
		expect_eq_msg(peekb(bank + WINDOW_SIZE - 1), 0x30 + i, "bank %" PRIu32, tried[i]);
		writel(0xf0f00000 + (u32)i, bank + 32);
	}
	for (size_t i = 0; i < ARRAY_SIZE(tried); i++) {
		set(BANK, (u16)tried[i]);
		expect_eq_msg(peekl(window + 32), 0xf0f00000 + i, "bank %" PRIu32, tried[i]);
		expect_eq_msg(peekl(window + 16), 0xba9c0000 + i, "bank %" PRIu32, tried[i]);
	}
	set(BANK, 0);
	disable();
}

CASE(bank_range, "a bank that memory does not have is none beyond it")
{
	static const u16 values[] = { 0x100, 0x1000, 0x3fff };
	volatile char *window = ioremap(WINDOW, WINDOW_SIZE);
	u32 banks = (u32)(fb_size >> 16);

	require_ports();
	set_mode(640, 480, 8, ENABLED | NOCLEARMEM);
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		set(BANK, values[i]);
		expect_lt(get(BANK), banks);
		writel(0xbeef0000 + (u32)i, window + 64);
		expect_eq(peekl(window + 64), 0xbeef0000 + i);
		expect_eq_msg(peekl(fb + ((size_t)get(BANK) << 16) + 64), 0xbeef0000 + i,
			      "bank %#x", values[i]);
	}
	set(BANK, 0);
	disable();
}

/* ---- VGA's own registers ---- */

/* Fills 16 entries of the palette and reads them back; values have that many bits. */
static void expect_palette(int bits, u8 seed)
{
	u8 mask = (u8)((1 << bits) - 1);

	writeb(0, VGA_PORT(DAC_WRITE));
	for (int i = 0; i < 48; i++)
		writeb((u8)(seed + i * 37) & mask, VGA_PORT(DAC_DATA));
	writeb(0, VGA_PORT(DAC_READ));
	for (int i = 0; i < 48; i++)
		expect_eq_msg(peekb(VGA_PORT(DAC_DATA)), (u8)(seed + i * 37) & mask,
			      "%d bits, colour %d", bits, i);
}

CASE(dac, "the palette keeps 6 bits of each colour, and 8 with 8BIT_DAC")
{
	require_vga();
	set_mode(640, 480, 8, ENABLED | LFB | NOCLEARMEM);
	expect_palette(6, 1);
	set(ENABLE, ENABLED | LFB | NOCLEARMEM | DAC_8BIT);
	expect_eq(get(ENABLE) & (ENABLED | DAC_8BIT | LFB), ENABLED | DAC_8BIT | LFB);
	expect_palette(8, 0x83);
	set(ENABLE, ENABLED | LFB | NOCLEARMEM);
	expect_eq(get(ENABLE) & (ENABLED | DAC_8BIT | LFB), ENABLED | LFB);
	expect_palette(6, 2);
	disable();
}

CASE(dac_in_turn, "the palette's index goes on behind each third byte, also from the last entry")
{
	require_vga();
	set_mode(640, 480, 8, ENABLED | LFB | NOCLEARMEM);
	writeb(255, VGA_PORT(DAC_WRITE));
	for (u8 i = 1; i <= 6; i++)
		writeb(i, VGA_PORT(DAC_DATA));
	expect_eq(peekb(VGA_PORT(DAC_WRITE)), 1);
	writeb(0, VGA_PORT(DAC_READ));
	for (u8 i = 4; i <= 6; i++)
		expect_eq(peekb(VGA_PORT(DAC_DATA)), i);
	writeb(255, VGA_PORT(DAC_READ));
	for (u8 i = 1; i <= 3; i++)
		expect_eq(peekb(VGA_PORT(DAC_DATA)), i);
	disable();
}

CASE(dac_mask, "the palette's mask keeps all of its eight bits")
{
	u32 wrong = 0;

	require_vga();
	for (u32 value = 0; value < 0x100; value++) {
		writeb((u8)value, VGA_PORT(DAC_MASK));
		wrong |= peekb(VGA_PORT(DAC_MASK)) ^ value;
	}
	expect_eq(wrong, 0);
}

CASE(words, "a word to an index port is the index and its data at once, through the BAR")
{
	require_vga();
	writew(0x5a00 | CURSOR_HIGH, VGA_PORT(CRTC_INDEX));
	writew(0xc300 | CURSOR_LOW, VGA_PORT(CRTC_INDEX));
	expect_eq(peekb(VGA_PORT(CRTC_INDEX)), CURSOR_LOW);
	expect_eq(peekb(VGA_PORT(CRTC_DATA)), 0xc3);
	writeb(CURSOR_HIGH, VGA_PORT(CRTC_INDEX));
	expect_eq(peekb(VGA_PORT(CRTC_DATA)), 0x5a);
	expect_eq(peekw(VGA_PORT(CRTC_INDEX)), 0x5a00 | CURSOR_HIGH);
}

CASE(vga_ports, "VGA's ports are those of the BAR")
{
	require_ports();
	outb(CURSOR_HIGH, CRTC_INDEX);
	outb(0x69, CRTC_DATA);
	expect_eq(peekb(VGA_PORT(CRTC_INDEX)), CURSOR_HIGH);
	expect_eq(peekb(VGA_PORT(CRTC_DATA)), 0x69);
	writew(0x9600 | CURSOR_LOW, VGA_PORT(CRTC_INDEX));
	expect_eq(inb(CRTC_INDEX), CURSOR_LOW);
	expect_eq(inb(CRTC_DATA), 0x96);
	outw(0x2d00 | CURSOR_HIGH, CRTC_INDEX);
	expect_eq(peekw(VGA_PORT(CRTC_INDEX)), 0x2d00 | CURSOR_HIGH);
}

/* ---- the ports of the DISPI interface: on x86 the data port has two numbers ---- */

static const u16 data_ports[] = { 0x1cf, 0x1d0 };

CASE(ports, "the index and data ports are the same registers")
{
	require_ports();
	for (size_t i = 0; i < ARRAY_SIZE(data_ports); i++) {
		u16 port = data_ports[i];

		set_mode(800, 600, 16, ENABLED | LFB | NOCLEARMEM);
		for (u16 reg = 0; reg < N_REGS; reg++) {
			outw(reg, PORT_INDEX);
			expect_eq(inw(PORT_INDEX), reg);
			expect_eq_msg(inw(port), get(reg), "register %u, port %#x", reg, port);
		}
		disable();
		outw(XRES, PORT_INDEX);
		outw(1024, port);
		expect_eq_msg(get(XRES), 1024, "port %#x", port);
		set(XRES, 640);
		expect_eq_msg(inw(port), 640, "port %#x", port);
	}
	outw(ID, PORT_INDEX);
}

CASE(port_index, "an index that is none keeps nothing and changes nothing")
{
	require_ports();
	set_mode(640, 600, 16, 0);
	for (u32 reg = N_REGS; reg < 0x10000; reg = reg * 2 + 1) {
		u16 was;

		outw((u16)reg, PORT_INDEX);
		was = inw(data_ports[0]);
		outw((u16)~was, data_ports[0]);
		expect_eq_msg(inw(data_ports[0]), was, "index %#" PRIx32, reg);
		expect_eq_msg(get(XRES), 640, "index %#" PRIx32, reg);
		expect_eq_msg(get(YRES), 600, "index %#" PRIx32, reg);
		expect_eq_msg(get(BPP), 16, "index %#" PRIx32, reg);
		expect_eq_msg(get(ENABLE), 0, "index %#" PRIx32, reg);
		expect_eq_msg(get(MEMORY_64K), fb_size >> 16, "index %#" PRIx32, reg);
	}
	outw(ID, PORT_INDEX);
}
