/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The framebuffer in BAR 0 as memory: widths, contents, its end and what is behind it, and its
 * address (QEMU, docs/specs/standard-vga; PCI Local Bus 3.0, section 6.2.5.1).
 */
#include "display.h"

#define FILLER		0xee
#define EDGE		16		/* bytes at an end */

CASE(widths, "what an access of one width writes each other one reads, aligned or not")
{
	for (u32 at = 0; at < 8; at++) {
		volatile char *p = fb + 0x2000 + at;

		for (int i = -8; i < 16; i++)
			writeb(FILLER, p + i);
		writel(0x44332211, p);
		for (int i = 0; i < 4; i++)
			expect_eq_msg(peekb(p + i), 0x11 * (i + 1), "byte %d at %" PRIu32, i, at);
		expect_eq(peekb(p - 1), FILLER);
		expect_eq(peekb(p + 4), FILLER);
		writew(0xbbaa, p + 1);
		expect_eq(peekl(p), 0x44bbaa11);
		writeb(0x5c, p + 3);
		expect_eq(peekl(p), 0x5cbbaa11);
		expect_eq(peekw(p + 2), 0x5cbb);
		expect_eq(peekb(p + 4), FILLER);
	}
}

CASE(eight_bytes, "accesses of 8 bytes (4 and 4 on i386), also across pages")
{
	static const u32 places[] = { 0, 8, 0x1000 - 8, 0x1000 - 4, 0x1000 - 1, 0x20000 - 3 };

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		volatile char *p = fb + places[i];

		writeq(0x8877665544332211ull, p);
		for (int byte = 0; byte < 8; byte++)
			expect_eq_msg(peekb(p + byte), 0x11 * (byte + 1), "byte %d at %#" PRIx32,
				      byte, places[i]);
		writel(0xddccbbaa, p + 2);
		expect_eq_msg(peekq(p), 0x8877ddccbbaa2211ull, "at %#" PRIx32, places[i]);
	}
}

CASE(strings, "string instructions copy to and from it, across pages, forwards and backwards")
{
	static u8 out[0x1800], in[0x1800];
	const void *from = out;
	volatile void *to = fb + 0x2f01;
	size_t n = sizeof(out);

	for (size_t i = 0; i < n; i++)
		out[i] = (u8)(i * 7 + (i >> 8));
	asm volatile("rep movsb" : "+S" (from), "+D" (to), "+c" (n) : : "memory");
	expect_eq((uintptr_t)to, (uintptr_t)fb + 0x2f01 + sizeof(out));
	expect_eq(n, 0);
	from = (const void *)(fb + 0x2f01 + sizeof(in) - 4);
	to = in + sizeof(in) - 4;
	n = sizeof(in) / 4;
	asm volatile("std\n\trep movsl\n\tcld" : "+S" (from), "+D" (to), "+c" (n) : : "memory");
	expect_eq((uintptr_t)to, (uintptr_t)in - 4);
	expect_mem(in, out, sizeof(in));
}

CASE(contents, "every page is its own, and keeps what it has through modes and without decoding")
{
	const u32 step = 4096;
	u32 wrong = 0, undecoded;

	set_mode(640, 480, 32, ENABLED | LFB | NOCLEARMEM);
	for (u32 at = 0; at < fb_size; at += step)
		writel(at ^ 0xc0ffee, fb + at + (at / step * 4 & (step - 1)));
	set_mode(1024, 768, 16, ENABLED | LFB | NOCLEARMEM);
	disable();
	pci_cmd_set_clr(&dev, 0, PCI_COMMAND_MEMORY);
	undecoded = peekl(fb);
	writel(0, fb);
	pci_cmd_set_clr(&dev, PCI_COMMAND_MEMORY, 0);
	expect_ne(undecoded, peekl(fb));
	for (u32 at = 0; at < fb_size; at += step)
		wrong += peekl(fb + at + (at / step * 4 & (step - 1))) != (at ^ 0xc0ffee);
	expect_eq(wrong, 0);
}

/* ---- the end, and what is behind it ---- */

CASE(last, "the last bytes are memory, in every width")
{
	volatile char *end = fb + fb_size;

	writeq(0x0102030405060708ull, end - 8);
	expect_eq(peekq(end - 8), 0x0102030405060708ull);
	writel(0xa1a2a3a4, end - 4);
	expect_eq(peekl(end - 4), 0xa1a2a3a4);
	writew(0xb1b2, end - 2);
	expect_eq(peekw(end - 2), 0xb1b2);
	writeb(0xc1, end - 1);
	expect_eq(peekq(end - 8), 0xc1b2a3a405060708ull);
}

/* Whether a memory BAR of any device, this one included, has an address in a range. */
static bool taken(phys_addr_t from, phys_addr_t size)
{
	for (int i = 0; i < pci_device_count(); i++) {
		struct pci_dev other;

		pci_dev_init(&other, pci_device_at(i));
		for (unsigned int bar = 0; bar < PCI_BAR_NUM; bar++) {
			phys_addr_t at = other.resource[bar];

			if (at == INVALID_PHYS_ADDR || !pci_bar_is_memory(&other, bar))
				continue;
			if (at < from + size && from < at + pci_bar_size(&other, bar))
				return true;
		}
	}
	return false;
}

static phys_addr_t home;

static void move_to(phys_addr_t at)
{
	pci_bar_set_addr(&dev, FRAMEBUFFER, at);
}

static void move_home(void)
{
	if (home)
		move_to(home);
}

/* The framebuffer where nothing is before and behind it, for its size; below the I/O APIC. */
static volatile char *move_away(void)
{
	phys_addr_t at = dev.resource[FRAMEBUFFER] + fb_size;

	while (at + 3 * fb_size <= 0xfec00000 && taken(at, 3 * fb_size))
		at += fb_size;
	require_msg(at + 3 * fb_size <= 0xfec00000, "there is no room for the framebuffer");
	home = dev.resource[FRAMEBUFFER];
	case_at_end(move_home);
	move_to(at + fb_size);
	return ioremap(at + fb_size, fb_size);
}

CASE(moved, "at another address it is the same memory, and at the old one it is gone")
{
	volatile char *there;

	for (u32 i = 0; i < 16; i++)
		writel(0xfeed0000 + i, fb + fb_size / 16 * i + 4 * i);
	there = move_away();
	expect_eq(pci_bar_get_addr(&dev, FRAMEBUFFER), dev.resource[FRAMEBUFFER]);
	for (u32 i = 0; i < 16; i++)
		expect_eq_msg(peekl(there + fb_size / 16 * i + 4 * i), 0xfeed0000 + i,
			      "place %" PRIu32, i);
	writel(0x0ddba11, fb);
	expect_ne(peekl(fb), 0xfeed0000);
	expect_eq(peekl(there), 0xfeed0000);
	writel(0x1ce1ce, there + fb_size - 4);
	move_home();
	expect_eq(peekl(fb + fb_size - 4), 0x1ce1ce);
	expect_eq(peekl(fb), 0xfeed0000);
}

CASE(beyond, "what is written before its first byte or behind the last one changes none of it")
{
	volatile char *there = move_away();
	volatile char *before = ioremap(dev.resource[FRAMEBUFFER] - EDGE, EDGE);
	volatile char *behind = ioremap(dev.resource[FRAMEBUFFER] + fb_size, EDGE);
	u8 ends[2][EDGE], now[2][EDGE];

	for (u32 i = 0; i < EDGE; i++) {
		ends[0][i] = (u8)(0x10 + i);
		ends[1][i] = (u8)(0x80 + i);
		writeb(ends[0][i], there + i);
		writeb(ends[1][i], there + fb_size - EDGE + i);
	}
	for (u32 i = 0; i < EDGE; i++) {
		writeb(0x5a, before + i);
		writeb(0x5a, behind + i);
	}
	for (u32 i = 0; i < EDGE; i++) {
		now[0][i] = peekb(there + i);
		now[1][i] = peekb(there + fb_size - EDGE + i);
	}
	expect_mem(now, ends, sizeof(ends));
	expect_ne(peekl(before), 0x5a5a5a5a);
	expect_ne(peekl(behind), 0x5a5a5a5a);
}
