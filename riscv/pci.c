/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCI of the generic host bridge: configuration space by ECAM and memory BARs at pci-testdev (QEMU,
 * docs/specs/pci-testdev); registers, a computation, DMA both ways and messages at edu
 * (docs/specs/edu); those arrive at the IMSIC where there is one.
 */
#include "case.h"
#include "pci-edu.h"
#include "riscv/intc.h"
#include "asm/processor.h"
#include "asm/setup.h"
#include "asm/timer.h"

static struct pci_dev dev;
static struct pci_edu_dev edu;

static void find_testdev(void)
{
	pcidevaddr_t bdf;

	require_msg(pci_probe(), "no PCI");
	bdf = pci_find_dev(0x1b36, 0x0005);
	require_msg(bdf != PCIDEVADDR_INVALID, "no pci-testdev");
	pci_dev_init(&dev, bdf);
	pci_enable_defaults(&dev);
}

static void find_edu(void)
{
	require_msg(pci_probe(), "no PCI");
	require_msg(edu_init(&edu), "no edu");
}

CASE(config, "the same registers by bytes, words and double words; absent devices read as ones")
{
	u32 id;

	find_testdev();
	id = pci_config_readl(dev.bdf, PCI_VENDOR_ID);
	expect_eq(id, 0x00051b36);
	for (int i = 0; i < 4; i++)
		expect_eq(pci_config_readb(dev.bdf, i), id >> 8 * i & 0xff);
	expect_eq(pci_config_readw(dev.bdf, 0), id & 0xffff);
	expect_eq(pci_config_readw(dev.bdf, 2), id >> 16);
	expect_eq(pci_config_readl(PCI_BDF(0, 31, 7), 0), 0xffffffff);
}

CASE(read_only, "identification registers cannot be written")
{
	u32 before;

	find_testdev();
	for (u16 reg = PCI_VENDOR_ID; reg <= 8; reg += 8) {
		before = pci_config_readl(dev.bdf, reg);
		pci_config_writel(dev.bdf, reg, ~before);
		expect_eq_msg(pci_config_readl(dev.bdf, reg), before, "register %#x", reg);
	}
}

CASE(bar,
     "BAR 0 is memory of 4 KiB or more, takes an address, and what it cannot hold reads as zero")
{
	u32 before, ones;

	find_testdev();
	before = pci_bar_get(&dev, 0);
	expect(pci_bar_is_memory(&dev, 0));
	pci_config_writel(dev.bdf, PCI_BASE_ADDRESS_0, 0xffffffff);
	ones = pci_config_readl(dev.bdf, PCI_BASE_ADDRESS_0);
	pci_config_writel(dev.bdf, PCI_BASE_ADDRESS_0, before);
	expect_eq(pci_config_readl(dev.bdf, PCI_BASE_ADDRESS_0), before);
	expect_eq(-(ones & PCI_BASE_ADDRESS_MEM_MASK), pci_bar_size(&dev, 0));
	expect_ge(pci_bar_size(&dev, 0), 4096);
	expect_eq(dev.resource[0] & (pci_bar_size(&dev, 0) - 1), 0);
}

/* Offsets of the test's header: number of the test at 0, the width it wants at 1. */
CASE(memory, "the device answers at its address; with decoding off it does not")
{
	volatile char *at;
	ulong value = 0;
	u8 width;

	find_testdev();
	at = ioremap(dev.resource[0], pci_bar_size(&dev, 0));
	writeb(0, at);
	width = readb(at + 1);
	expect_msg(width == 1 || width == 2 || width == 4, "width %u", width);
	pci_cmd_set_clr(&dev, 0, PCI_COMMAND_MEMORY);
	expect_eq(pci_config_readw(dev.bdf, PCI_COMMAND) & PCI_COMMAND_MEMORY, 0);
	/* What then answers is the bus: an access fault or all ones. */
	if (trap_try("lbu %0, 1(%1)", "+r" (value), "r" (at)))
		expect_eq(trap_record()->regs.cause, EXC_LOAD_ACCESS);
	else
		expect_eq(value, 0xff);
	pci_cmd_set_clr(&dev, PCI_COMMAND_MEMORY, 0);
	writeb(0, at);
	expect_eq(readb(at + 1), width);
}

CASE(edu_registers,
     "edu: its version, and a register that reads as the inverse of what was written")
{
	static const u32 values[] = { 0, 1, 0x12345678, ~0u };

	find_edu();
	expect_eq(edu_reg_readl(&edu, EDU_REG_ID) & 0xff, 0xed);
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		edu_reg_writel(&edu, EDU_REG_ALIVE, values[i]);
		expect_eq(edu_reg_readl(&edu, EDU_REG_ALIVE), ~values[i]);
	}
}

static bool edu_ready(void)
{
	u64 start = timer_get_cycles();

	while (edu_reg_readl(&edu, EDU_REG_STATUS) & EDU_STATUS_FACTORIAL)
		if (timer_get_cycles() - start > 10 * timebase_frequency)
			return false;
	return true;
}

CASE(edu_factorial, "edu computes factorials, modulo 2^32")
{
	u32 product = 1;

	find_edu();
	edu_reg_writel(&edu, EDU_REG_STATUS, 0);
	for (u32 n = 1; n < 16; n++) {
		product *= n;
		edu_reg_writel(&edu, EDU_REG_FACTORIAL, n);
		insist(edu_ready());
		expect_eq_msg(edu_reg_readl(&edu, EDU_REG_FACTORIAL), product, "%" PRIu32 "!", n);
	}
}

CASE(edu_dma, "DMA to the device and back carries every byte, and nothing beside them")
{
	static u8 from[512] __aligned(4096), to[512 + 16] __aligned(4096);

	find_edu();
	for (size_t i = 0; i < sizeof(from); i++)
		from[i] = (u8)(i * 13 + i / 256 + 1);
	memset(to, 0x5a, sizeof(to));
	edu_dma(&edu, (iova_t)from, sizeof(from), 64, false);
	edu_dma(&edu, (iova_t)(to + 8), sizeof(from), 64, true);
	expect_mem(to + 8, from, sizeof(from));
	for (int i = 0; i < 8; i++) {
		expect_eq(to[i], 0x5a);
		expect_eq(to[sizeof(to) - 1 - i], 0x5a);
	}
}

CASE(edu_message,
     "a message of the device is an identity at the IMSIC of the hart whose page it names")
{
	struct intc imsic;

	find_edu();
	require_msg(intc_find(&imsic, "riscv,imsics", IRQ_S_EXT), "no IMSIC");
	imsic_write(IMSIC_EIDELIVERY, 0);
	imsic_set_bit(IMSIC_EIP0, 37, false);
	insist(pci_setup_msi(&edu.pci_dev, (u64)imsic_page(&imsic, 0), 37));
	pci_msi_set_enable(&edu.pci_dev, true);
	expect_eq(imsic_bit(IMSIC_EIP0, 37), false);
	edu_reg_writel(&edu, EDU_REG_INTR_RAISE, 1);
	expect_eq(edu_reg_readl(&edu, EDU_REG_INTR_STATUS), 1);
	expect_eq(imsic_bit(IMSIC_EIP0, 37), true);
	edu_reg_writel(&edu, EDU_REG_INTR_ACK, 1);
	expect_eq(edu_reg_readl(&edu, EDU_REG_INTR_STATUS), 0);
	pci_msi_set_enable(&edu.pci_dev, false);
	imsic_set_bit(IMSIC_EIP0, 37, false);
}
