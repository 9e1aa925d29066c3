/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pci: configuration space by ECAM and memory BARs of the generic host bridge, at pci-testdev (QEMU, docs/specs/
 * pci-testdev): what its BAR is given it answers at, and does not when decoding is off.
 */
#include "case.h"
#include "pci.h"
#include "asm/io.h"
#include "asm/try.h"

static struct pci_dev dev;

void case_setup(void)
{
	pcidevaddr_t bdf;

	require_msg(pci_probe(), "no PCI");
	bdf = pci_find_dev(0x1b36, 0x0005);
	require_msg(bdf != PCIDEVADDR_INVALID, "no pci-testdev");
	pci_dev_init(&dev, bdf);
	pci_enable_defaults(&dev);
}

CASE(config, "the same registers by bytes, words and double words; absent devices read as ones")
{
	u32 id = pci_config_readl(dev.bdf, PCI_VENDOR_ID);

	expect_eq(id, 0x00051b36);
	for (int i = 0; i < 4; i++)
		expect_eq(pci_config_readb(dev.bdf, i), id >> 8 * i & 0xff);
	expect_eq(pci_config_readw(dev.bdf, 0), id & 0xffff);
	expect_eq(pci_config_readw(dev.bdf, 2), id >> 16);
	expect_eq(pci_config_readl(PCI_BDF(0, 31, 7), 0), 0xffffffff);
}

CASE(bar, "BAR 0 is memory of 4 KiB or more, takes an address, and what it cannot hold reads as zero")
{
	u32 before = pci_bar_get(&dev, 0), ones;

	expect(pci_bar_is_memory(&dev, 0));
	pci_config_writel(dev.bdf, PCI_BASE_ADDRESS_0, 0xffffffff);
	ones = pci_config_readl(dev.bdf, PCI_BASE_ADDRESS_0);
	pci_config_writel(dev.bdf, PCI_BASE_ADDRESS_0, before);
	expect_eq(pci_config_readl(dev.bdf, PCI_BASE_ADDRESS_0), before);
	expect_eq(-(ones & PCI_BASE_ADDRESS_MEM_MASK), pci_bar_size(&dev, 0));
	expect_ge(pci_bar_size(&dev, 0), 4096);
	expect_eq(dev.resource[0] & (pci_bar_size(&dev, 0) - 1), 0);
}

/* Offsets of the test's header: number of the test at 0, the width it wants at 1, its data at 8. */
CASE(memory, "the device answers at its address; with decoding off it does not")
{
	volatile char *at = ioremap(dev.resource[0], pci_bar_size(&dev, 0));
	unsigned long value = 0;
	u8 width;

	writeb(0, at);
	width = readb(at + 1);
	expect_msg(width == 1 || width == 2 || width == 4, "width %u", width);
	pci_cmd_set_clr(&dev, 0, PCI_COMMAND_MEMORY);
	expect_eq(pci_config_readw(dev.bdf, PCI_COMMAND) & PCI_COMMAND_MEMORY, 0);
	/* What then answers is the bus: an external abort or all ones. */
	if (asm_safe_out1(LOAD_BYTE, "+r" (value), "r" (at + 1)))
		expect(exception_is_external());
	else
		expect_eq(value, 0xff);
	pci_cmd_set_clr(&dev, PCI_COMMAND_MEMORY, 0);
	writeb(0, at);
	expect_eq(readb(at + 1), width);
}
