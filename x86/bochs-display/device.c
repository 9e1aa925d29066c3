/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding and setting the display; see display.h. */
#include "display.h"

#define VGA_MISC_WRITE	0x3c2
#define VGA_MISC_READ	0x3cc

struct pci_dev dev;
volatile char *regs, *fb;
size_t fb_size;
bool is_vga, has_ports;

u16 get(unsigned int reg)
{
	return peekw(regs + DISPI + 2 * reg);
}

void set(unsigned int reg, u16 value)
{
	writew(value, regs + DISPI + 2 * reg);
}

void disable(void)
{
	set(ENABLE, 0);
	set(X_OFFSET, 0);
	set(Y_OFFSET, 0);
}

void set_mode(u16 width, u16 height, u16 bpp, u16 enable)
{
	disable();
	set(XRES, width);
	set(YRES, height);
	set(BPP, bpp);
	set(ENABLE, enable);
}

u32 env_number(const char *name, u32 otherwise)
{
	const char *value = getenv(name);

	return value ? (u32)strtoul(value, NULL, 10) : otherwise;
}

/* The ports of a VGA are there: its miscellaneous output register keeps what it is given. */
static bool has_vga_registers(void)
{
	for (u8 value = 0x63; value <= 0x67; value += 4) {
		writeb(value, VGA_PORT(VGA_MISC_WRITE));
		if (peekb(VGA_PORT(VGA_MISC_READ)) != value)
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
	assert_msg(dev.resource[FRAMEBUFFER] != INVALID_PHYS_ADDR &&
		   dev.resource[REGISTERS] != INVALID_PHYS_ADDR,
		   "the display's BARs have no addresses");
	fb_size = pci_bar_size(&dev, FRAMEBUFFER);
	fb = ioremap(dev.resource[FRAMEBUFFER], fb_size);
	regs = ioremap(dev.resource[REGISTERS], REGISTERS_SIZE);
	is_vga = has_vga_registers();
	has_ports = pci_config_readw(bdf, PCI_CLASS_REVISION + 2) == 0x0300;
}
