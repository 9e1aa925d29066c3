/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's displays with the Bochs VBE interface: bochs-display, VGA and secondary-vga (QEMU,
 * docs/specs/standard-vga). BAR 0 is the framebuffer, BAR 2 has EDID, VGA's ports (not
 * bochs-display), the DISPI registers flat, and QEMU's own registers. Here: the device as PCI has
 * it, and registers as storage. The variables MEMORY (MiB), XRES, YRES, EDID are its properties.
 */
#include "display.h"

#define LITTLE		0x1e1e1e1eu
#define BIG		0xbebebebeu

CASE(identity, "the device's class, revision and BARs: a framebuffer, and 4 KiB of registers")
{
	u16 class = pci_config_readw(dev.bdf, PCI_CLASS_REVISION + 2);

	/* QEMU's own registers: revision 2 and later. */
	expect_ge(pci_config_readb(dev.bdf, PCI_CLASS_REVISION), 2);
	expect(class == 0x0300 || class == 0x0380);
	expect_eq(pci_config_readb(dev.bdf, PCI_CLASS_REVISION + 1), 0);
	expect(pci_bar_is_memory(&dev, FRAMEBUFFER) && pci_bar_is_memory(&dev, REGISTERS));
	expect_eq(pci_bar_get(&dev, FRAMEBUFFER) & PCI_BASE_ADDRESS_MEM_PREFETCH,
		  PCI_BASE_ADDRESS_MEM_PREFETCH);
	expect_eq(pci_bar_get(&dev, REGISTERS) & PCI_BASE_ADDRESS_MEM_PREFETCH, 0);
	expect_eq(pci_bar_size(&dev, REGISTERS), REGISTERS_SIZE);
	expect_eq(pci_bar_size(&dev, 1), 0);
	for (unsigned int bar = REGISTERS + 1; bar < PCI_BAR_NUM; bar++)
		expect_eq_msg(pci_bar_size(&dev, bar), 0, "BAR %u", bar);
}

CASE(memory_size, "BAR 0 and the register are of as much memory as the device was given")
{
	expect_eq(fb_size, (u64)env_number("MEMORY", 16) << 20);
	expect_eq(get(MEMORY_64K), fb_size >> 16);
}

CASE(memory_read_only, "the size of the memory cannot be written")
{
	static const u16 values[] = { 0, 1, 0x7fff, 0xffff };

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		set(MEMORY_64K, values[i]);
		expect_eq_msg(get(MEMORY_64K), fb_size >> 16, "after %#x", values[i]);
	}
}

CASE(id, "the ID is the newest of the interface, and takes no value that is none")
{
	static const u16 wrong[] = { 0, 1, ID_MIN - 1, ID_MAX + 1, 0xc0b0, 0xffff };

	expect_eq(get(ID), ID_MAX);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		set(ID, wrong[i]);
		expect_eq_msg(get(ID), ID_MAX, "after %#x", wrong[i]);
	}
	/* A guest asks for an older interface so; a device may be of the newest one only. */
	for (u16 id = ID_MIN; id <= ID_MAX; id++) {
		u16 now;

		set(ID, id);
		now = get(ID);
		expect_msg(now == id || now == ID_MAX, "ID %#x became %#x", id, now);
	}
	expect_eq(get(ID), ID_MAX);
}

CASE(own, "each register is its own: what the others are given does not change it")
{
	static const u8 kept[] = { XRES, YRES, VIRT_WIDTH, X_OFFSET, Y_OFFSET };
	u16 id = get(ID);

	set_mode(640, 480, 32, 0);
	for (u16 round = 1; round <= 3; round++) {
		/* Even in pixels, and small enough that no device has a reason to refuse. */
		for (u16 i = 0; i < ARRAY_SIZE(kept); i++)
			set(kept[i], 64 * round + 8 * i);
		for (u16 i = 0; i < ARRAY_SIZE(kept); i++)
			expect_eq_msg(get(kept[i]), 64 * round + 8 * i, "register %u", kept[i]);
		expect_eq(get(BPP), 32);
		expect_eq(get(ENABLE) & (ENABLED | GETCAPS | LFB), 0);
		expect_eq(get(ID), id);
	}
	disable();
}

CASE(reserved_index, "registers behind the last one keep nothing, and change none, nor the memory")
{
	u16 before[N_REGS];

	set_mode(640, 480, 32, ENABLED | LFB | NOCLEARMEM);
	writel(0x600df00d, fb);
	for (int i = 0; i < N_REGS; i++)
		before[i] = get(i);
	for (int at = DISPI + 2 * N_REGS; at < DISPI_END; at += 2) {
		u16 was = peekw(regs + at);

		/* What they read is nowhere said; but not what is written. */
		writew((u16)~was, regs + at);
		expect_eq_msg(peekw(regs + at), was, "offset %#x", at);
	}
	for (int i = 0; i < N_REGS; i++)
		expect_eq_msg(get(i), before[i], "register %d", i);
	expect_eq(peekl(fb), 0x600df00d);
	disable();
}

CASE(reserved_space, "what is between and behind the registers keeps nothing either")
{
	static const u32 ranges[][2] = {
		{ VGA_PORTS_END, DISPI }, { EXT_END, REGISTERS_SIZE },
	};

	set_mode(640, 480, 32, ENABLED | LFB | NOCLEARMEM);
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		for (u32 at = ranges[i][0]; at < ranges[i][1]; at += 4) {
			u32 was = peekl(regs + at);

			writel(~was, regs + at);
			expect_eq_msg(peekl(regs + at), was, "offset %#" PRIx32, at);
		}
	}
	expect_eq(get(XRES), 640);
	expect_eq(get(ENABLE) & (ENABLED | LFB), ENABLED | LFB);
	expect_eq(peekl(regs + EXT_ENDIAN), LITTLE);
	disable();
}

CASE(endianness, "QEMU's registers: their size, and the framebuffer's byte order: two values")
{
	static const u32 wrong[] = { 0, 1, 0x1e1e1e1f, 0x1e, 0xbebe, ~0u };

	expect_eq(peekl(regs + EXT_SIZE), EXT_END - EXT_SIZE);
	expect_eq(peekl(regs + EXT_ENDIAN), LITTLE);
	for (int round = 0; round < 2; round++) {
		u32 order = round ? LITTLE : BIG;

		writel(order, regs + EXT_ENDIAN);
		expect_eq(peekl(regs + EXT_ENDIAN), order);
		for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
			writel(wrong[i], regs + EXT_ENDIAN);
			expect_eq_msg(peekl(regs + EXT_ENDIAN), order, "%#" PRIx32, wrong[i]);
		}
	}
	writel(0x12345678, regs + EXT_SIZE);
	expect_eq(peekl(regs + EXT_SIZE), EXT_END - EXT_SIZE);
	expect_eq(peekl(regs + EXT_ENDIAN), LITTLE);
}
