/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's displays with the Bochs VBE interface: bochs-display, VGA and secondary-vga (QEMU, docs/specs/standard-vga; the
 * DISPI registers: Bochs' VBE display API; EDID: VESA E-EDID, structure 1.3 and 1.4). BAR 0 is the framebuffer, BAR 2 has the
 * EDID, VGA's ports (not bochs-display), the DISPI registers flat, and QEMU's own registers. All of it is read back
 * whole; what one register takes must not show up in another one.
 */
#include "case.h"
#include "pci.h"
#include "asm/io.h"

#define FRAMEBUFFER	0
#define REGISTERS	2
#define REGISTERS_SIZE	0x1000

#define EDID_SIZE	0x400
#define VGA_MISC_WRITE	0x402		/* port 0x3c2, and 0x3cc to read */
#define VGA_MISC_READ	0x40c
#define DISPI		0x500
#define DISPI_END	0x600
#define EXT_SIZE	0x600
#define EXT_ENDIAN	0x604
#define LITTLE		0x1e1e1e1eu
#define BIG		0xbebebebeu

#define PORT_INDEX	0x1ce
#define PORT_DATA	0x1d0		/* 0x1cf elsewhere: a port of 16 bits on x86 is even */

enum { ID, XRES, YRES, BPP, ENABLE, BANK, VIRT_WIDTH, VIRT_HEIGHT, X_OFFSET, Y_OFFSET, MEMORY_64K, N_REGS };
#define ID_MIN		0xb0c0
#define ID_MAX		0xb0c5
#define ENABLED		0x01
#define GETCAPS		0x02
#define LFB		0x40
#define NOCLEARMEM	0x80

static struct pci_dev dev;
static volatile char *regs, *fb;
static size_t fb_size;
static bool is_vga;

static u16 get(unsigned int reg)
{
	return readw(regs + DISPI + 2 * reg);
}

static void set(unsigned int reg, u16 value)
{
	writew(value, regs + DISPI + 2 * reg);
}

/* Whether the ports of a VGA are there: its miscellaneous output register keeps what it is given. */
static bool has_vga_registers(void)
{
	for (u8 value = 0x63; value <= 0x67; value += 4) {
		writeb(value, regs + VGA_MISC_WRITE);
		if (readb(regs + VGA_MISC_READ) != value)
			return false;
	}
	return true;
}

void case_setup(void)
{
	pcidevaddr_t bdf = pci_find_dev(0x1234, 0x1111);

	require_msg(bdf != PCIDEVADDR_INVALID, "no display");
	pci_dev_init(&dev, bdf);
	pci_enable_defaults(&dev);
	assert_msg(dev.resource[FRAMEBUFFER] != INVALID_PHYS_ADDR && dev.resource[REGISTERS] != INVALID_PHYS_ADDR,
		   "the display's BARs have no addresses");
	fb_size = pci_bar_size(&dev, FRAMEBUFFER);
	fb = ioremap(dev.resource[FRAMEBUFFER], fb_size);
	regs = ioremap(dev.resource[REGISTERS], REGISTERS_SIZE);
	is_vga = has_vga_registers();
}

static void disable(void)
{
	set(ENABLE, 0);
	set(X_OFFSET, 0);
	set(Y_OFFSET, 0);
}

static void set_mode(u16 width, u16 height, u16 bpp, u16 enable)
{
	disable();
	set(XRES, width);
	set(YRES, height);
	set(BPP, bpp);
	set(ENABLE, enable);
}

CASE(identity, "the device's BARs are a framebuffer of as many 64 KiB as it says, and 4 KiB of registers")
{
	expect_ge(pci_config_readb(dev.bdf, PCI_CLASS_REVISION), 2);
	expect_eq(pci_config_readb(dev.bdf, PCI_CLASS_REVISION + 3), 0x03);
	expect(pci_bar_is_memory(&dev, FRAMEBUFFER) && pci_bar_is_memory(&dev, REGISTERS));
	expect_eq(pci_bar_get(&dev, FRAMEBUFFER) & PCI_BASE_ADDRESS_MEM_PREFETCH, PCI_BASE_ADDRESS_MEM_PREFETCH);
	expect_eq(pci_bar_get(&dev, REGISTERS) & PCI_BASE_ADDRESS_MEM_PREFETCH, 0);
	expect_eq(pci_bar_size(&dev, REGISTERS), REGISTERS_SIZE);
	expect_eq(get(MEMORY_64K), fb_size >> 16);
}

CASE(id, "the ID is one of the interface's, and takes no other")
{
	u16 id = get(ID);

	expect_eq(id, ID_MAX);
	set(ID, ID_MAX + 1);
	expect_eq(get(ID), id);
	set(ID, 0);
	expect_eq(get(ID), id);
	set(ID, id);
	expect_eq(get(ID), id);
}

static const struct {
	u16 width, height, bpp;
} modes[] = {
	{ 640, 480, 32 }, { 320, 200, 8 }, { 800, 600, 16 }, { 1024, 768, 24 }, { 1280, 1024, 32 }, { 1600, 1200, 32 },
	{ 640, 400, 15 }, { 8, 1, 32 }, { 1920, 1080, 32 },
};

CASE(modes, "each mode reads back whole, while it is on and after")
{
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		set_mode(modes[i].width, modes[i].height, modes[i].bpp, ENABLED | LFB | NOCLEARMEM);
		for (int on = 1; on >= 0; on--) {
			expect_eq_msg(get(XRES), modes[i].width, "mode %zu, on %d", i, on);
			expect_eq_msg(get(YRES), modes[i].height, "mode %zu, on %d", i, on);
			expect_eq_msg(get(BPP), modes[i].bpp, "mode %zu, on %d", i, on);
			expect_eq_msg(get(ENABLE) & (ENABLED | GETCAPS | LFB), on ? ENABLED | LFB : 0, "mode %zu", i);
			expect_eq_msg(get(ID), ID_MAX, "mode %zu", i);
			expect_eq_msg(get(MEMORY_64K), fb_size >> 16, "mode %zu", i);
			disable();
		}
	}
}

CASE(memory_read_only, "the size of the memory cannot be written")
{
	set(MEMORY_64K, 1);
	expect_eq(get(MEMORY_64K), fb_size >> 16);
	set(MEMORY_64K, 0xffff);
	expect_eq(get(MEMORY_64K), fb_size >> 16);
}

CASE(reserved, "writes behind the last register change none, and not the framebuffer")
{
	u16 before[N_REGS];

	set_mode(640, 480, 32, ENABLED | LFB | NOCLEARMEM);
	writel(0x600df00d, fb);
	for (int i = 0; i < N_REGS; i++)
		before[i] = get(i);
	for (int at = DISPI + 2 * N_REGS; at < DISPI_END; at += 2)
		writew(0x5a5a, regs + at);
	for (int i = 0; i < N_REGS; i++)
		expect_eq_msg(get(i), before[i], "register %d", i);
	expect_eq(readl(fb), 0x600df00d);
	disable();
}

/* ---- what only a VGA does: bochs-display keeps its registers as they are written ---- */

CASE(caps, "VGA: with GETCAPS the registers say the largest mode, and without it what was set")
{
	u16 width, height, bpp;

	require_msg(is_vga, "the device is no VGA");
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

CASE(virtual_size, "VGA: the virtual screen is at least as wide as the visible one, and as high as memory allows")
{
	require_msg(is_vga, "the device is no VGA");
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

CASE(offsets, "VGA: offsets that leave the visible screen within memory are kept, others do not take it out of it")
{
	require_msg(is_vga, "the device is no VGA");
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

CASE(clear, "VGA: enabling a mode clears its screen, unless NOCLEARMEM says not to")
{
	const u32 last = 640 * 480 * 4 - 4;

	require_msg(is_vga, "the device is no VGA");
	disable();
	writel(0x12345678, fb);
	writel(0x9abcdef0, fb + last);
	set_mode(640, 480, 32, ENABLED | LFB | NOCLEARMEM);
	expect_eq(readl(fb), 0x12345678);
	expect_eq(readl(fb + last), 0x9abcdef0);
	set_mode(640, 480, 32, ENABLED | LFB);
	expect_eq(readl(fb), 0);
	expect_eq(readl(fb + last), 0);
	disable();
}

CASE(ports, "VGA: the index and data ports are the same registers; an index that is none changes nothing")
{
	require_msg(pci_config_readw(dev.bdf, PCI_CLASS_REVISION + 2) == 0x0300, "the device has no ports");
	set_mode(800, 600, 16, ENABLED | LFB | NOCLEARMEM);
	for (u16 reg = 0; reg < N_REGS; reg++) {
		outw(reg, PORT_INDEX);
		expect_eq(inw(PORT_INDEX), reg);
		expect_eq_msg(inw(PORT_DATA), get(reg), "register %u", reg);
	}
	disable();
	outw(XRES, PORT_INDEX);
	outw(1024, PORT_DATA);
	expect_eq(get(XRES), 1024);
	set(XRES, 640);
	expect_eq(inw(PORT_DATA), 640);
	for (u32 reg = N_REGS; reg < 0x10000; reg = reg * 2 + 1) {
		outw((u16)reg, PORT_INDEX);
		outw(0x5a5a, PORT_DATA);
		expect_eq_msg(get(XRES), 640, "index %#" PRIx32, reg);
		expect_eq_msg(get(YRES), 600, "index %#" PRIx32, reg);
		expect_eq_msg(get(ENABLE), 0, "index %#" PRIx32, reg);
	}
	outw(ID, PORT_INDEX);
}

/* ---- the framebuffer ---- */

CASE(widths, "the framebuffer: what an access of one width writes each other one reads, aligned or not")
{
	for (u32 at = 0; at < 8; at++) {
		volatile char *p = fb + 0x2000 + at;

		for (int i = -8; i < 16; i++)
			writeb(0xee, p + i);
		writel(0x44332211, p);
		for (int i = 0; i < 4; i++)
			expect_eq_msg(readb(p + i), 0x11 * (i + 1), "byte %d at %" PRIu32, i, at);
		expect_eq(readb(p - 1), 0xee);
		expect_eq(readb(p + 4), 0xee);
		writew(0xbbaa, p + 1);
		expect_eq(readl(p), 0x44bbaa11);
		writeb(0x5c, p + 3);
		expect_eq(readl(p), 0x5cbbaa11);
		expect_eq(readw(p + 2), 0x5cbb);
		expect_eq(readb(p + 4), 0xee);
	}
}

CASE(contents, "the framebuffer: every page is its own, and keeps what it has through modes and without decoding")
{
	const u32 step = 4096;
	u32 wrong = 0, undecoded;

	set_mode(640, 480, 32, ENABLED | LFB | NOCLEARMEM);
	for (u32 at = 0; at < fb_size; at += step)
		writel(at ^ 0xc0ffee, fb + at + (at / step * 4 & (step - 1)));
	set_mode(1024, 768, 16, ENABLED | LFB | NOCLEARMEM);
	disable();
	pci_cmd_set_clr(&dev, 0, PCI_COMMAND_MEMORY);
	undecoded = readl(fb);
	writel(0, fb);
	pci_cmd_set_clr(&dev, PCI_COMMAND_MEMORY, 0);
	expect_ne(undecoded, readl(fb));
	for (u32 at = 0; at < fb_size; at += step)
		wrong += readl(fb + at + (at / step * 4 & (step - 1))) != (at ^ 0xc0ffee);
	expect_eq(wrong, 0);
}

/* ---- EDID and QEMU's registers ---- */

static void read_edid(u8 *edid)
{
	for (u32 i = 0; i < EDID_SIZE; i++)
		edid[i] = readb(regs + i);
}

CASE(edid, "EDID: the header, version 1.3 or 1.4, a first detailed timing, and a checksum of 0 of each block (VESA E-EDID, 3.1)")
{
	static const u8 header[8] = { 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0 };
	static u8 edid[EDID_SIZE];

	read_edid(edid);
	expect_mem(edid, header, sizeof(header));
	expect_eq(edid[18], 1);
	expect(edid[19] == 3 || edid[19] == 4);
	/* The preferred timing: pixel clock, and active pixels and lines with their upper bits. */
	expect_ne(edid[54] | edid[55] << 8, 0);
	expect_ne(edid[56] | (edid[58] & 0xf0) << 4, 0);
	expect_ne(edid[59] | (edid[61] & 0xf0) << 4, 0);
	insist(edid[126] < EDID_SIZE / 128);
	for (int block = 0; block <= edid[126]; block++) {
		u8 sum = 0;

		for (int i = 0; i < 128; i++)
			sum += edid[block * 128 + i];
		expect_eq_msg(sum, 0, "block %d", block);
	}
}

CASE(edid_read_only, "EDID: reads of 2 and 4 bytes are those bytes, and writes change none")
{
	static u8 before[EDID_SIZE], after[EDID_SIZE];

	read_edid(before);
	for (u32 i = 0; i < EDID_SIZE; i += 4) {
		u32 word = before[i] | before[i + 1] << 8 | before[i + 2] << 16 | (u32)before[i + 3] << 24;

		expect_eq_msg(readl(regs + i), word, "offset %#" PRIx32, i);
		expect_eq_msg(readw(regs + i + 2), word >> 16, "offset %#" PRIx32, i);
		writel(~word, regs + i);
		writeb((u8)~word, regs + i);
	}
	read_edid(after);
	expect_mem(after, before, EDID_SIZE);
}

CASE(endianness, "QEMU's registers: their size, and the byte order of the framebuffer, which takes its two values only")
{
	u32 order = readl(regs + EXT_ENDIAN);

	expect_ge(readl(regs + EXT_SIZE), 8);
	expect_eq(order, LITTLE);
	writel(BIG, regs + EXT_ENDIAN);
	expect_eq(readl(regs + EXT_ENDIAN), BIG);
	writel(0x1e1e1e1f, regs + EXT_ENDIAN);
	expect_eq(readl(regs + EXT_ENDIAN), BIG);
	writel(LITTLE, regs + EXT_ENDIAN);
	expect_eq(readl(regs + EXT_ENDIAN), LITTLE);
	writel(0, regs + EXT_ENDIAN);
	expect_eq(readl(regs + EXT_ENDIAN), LITTLE);
	writel(0x12345678, regs + EXT_SIZE);
	expect_eq(readl(regs + EXT_ENDIAN), LITTLE);
	writel(order, regs + EXT_ENDIAN);
}
