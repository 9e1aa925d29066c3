/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCI devices: configuration space, BARs, capabilities (PCI Local Bus 3.0, sections 6.2.5 and 6.7;
 * PCI Express Base, section 7.6). Finding and addressing them: pci-setup.c; interrupts by messages:
 * pci-msi.c.
 */
#include "pci.h"
#include "pci-host.h"

u8 pci_config_readb(pcidevaddr_t bdf, u16 reg)
{
	return pci_host() ? (u8)pci_host_read(bdf, reg, 1) : 0xff;
}

u16 pci_config_readw(pcidevaddr_t bdf, u16 reg)
{
	return pci_host() ? (u16)pci_host_read(bdf, reg, 2) : 0xffff;
}

u32 pci_config_readl(pcidevaddr_t bdf, u16 reg)
{
	return pci_host() ? pci_host_read(bdf, reg, 4) : 0xffffffff;
}

void pci_config_writeb(pcidevaddr_t bdf, u16 reg, u8 value)
{
	if (pci_host())
		pci_host_write(bdf, reg, value, 1);
}

void pci_config_writew(pcidevaddr_t bdf, u16 reg, u16 value)
{
	if (pci_host())
		pci_host_write(bdf, reg, value, 2);
}

void pci_config_writel(pcidevaddr_t bdf, u16 reg, u32 value)
{
	if (pci_host())
		pci_host_write(bdf, reg, value, 4);
}

bool pci_probe(void)
{
	return pci_host() != NULL;
}

bool pci_dev_exists(pcidevaddr_t bdf)
{
	return pci_config_readw(bdf, PCI_VENDOR_ID) != 0xffff;
}

pcidevaddr_t pci_find_dev(u16 vendor_id, u16 device_id)
{
	u32 id = (u32)device_id << 16 | vendor_id;

	for (int i = 0; i < pci_device_count(); i++)
		if (pci_config_readl(pci_device_at(i), PCI_VENDOR_ID) == id)
			return pci_device_at(i);
	return PCIDEVADDR_INVALID;
}

void pci_cmd_set_clr(struct pci_dev *dev, u16 set, u16 clr)
{
	u16 command = pci_config_readw(dev->bdf, PCI_COMMAND);

	pci_config_writew(dev->bdf, PCI_COMMAND, (command & ~clr) | set);
}

void pci_dev_init(struct pci_dev *dev, pcidevaddr_t bdf)
{
	*dev = (struct pci_dev){ .bdf = bdf };
	dev->msi_offset = pci_find_cap(dev, PCI_CAP_ID_MSI, 0);
	dev->msix_offset = pci_find_cap(dev, PCI_CAP_ID_MSIX, 0);
	pci_scan_bars(dev);
}

void pci_enable_defaults(struct pci_dev *dev)
{
	pci_cmd_set_clr(dev, PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, 0);
	pci_dev_init(dev, dev->bdf);
}

u8 pci_intx_line(struct pci_dev *dev)
{
	return pci_config_readb(dev->bdf, PCI_INTERRUPT_LINE);
}

/* ---- BARs ---- */

static u16 bar_reg(unsigned int bar)
{
	assert_msg(bar < PCI_BAR_NUM, "BAR %u", bar);
	return PCI_BASE_ADDRESS_0 + 4 * bar;
}

u32 pci_bar_get(struct pci_dev *dev, unsigned int bar)
{
	return pci_config_readl(dev->bdf, bar_reg(bar));
}

bool pci_bar_is_memory(struct pci_dev *dev, unsigned int bar)
{
	return !(pci_bar_get(dev, bar) & PCI_BASE_ADDRESS_SPACE_IO);
}

bool pci_bar_is64(struct pci_dev *dev, unsigned int bar)
{
	u32 value = pci_bar_get(dev, bar);

	return !(value & PCI_BASE_ADDRESS_SPACE_IO) &&
	       (value & PCI_BASE_ADDRESS_MEM_TYPE_MASK) == PCI_BASE_ADDRESS_MEM_TYPE_64;
}

phys_addr_t pci_bar_get_addr(struct pci_dev *dev, unsigned int bar)
{
	u32 low = pci_bar_get(dev, bar);

	if (low & PCI_BASE_ADDRESS_SPACE_IO)
		return low & PCI_BASE_ADDRESS_IO_MASK;
	if (!pci_bar_is64(dev, bar))
		return low & PCI_BASE_ADDRESS_MEM_MASK;
	return (u64)pci_bar_get(dev, bar + 1) << 32 | (low & PCI_BASE_ADDRESS_MEM_MASK);
}

void pci_bar_set_addr(struct pci_dev *dev, unsigned int bar, phys_addr_t addr)
{
	bool wide = pci_bar_is64(dev, bar);

	assert_msg(wide || addr <= 0xffffffff, "BAR %u has 32 bits: %#" PRIx64, bar, addr);
	pci_config_writel(dev->bdf, bar_reg(bar), (u32)addr);
	if (wide)
		pci_config_writel(dev->bdf, bar_reg(bar + 1), (u32)(addr >> 32));
	dev->resource[bar] = addr;
}

/* The address bits that hold what is written: those below the size read as 0 (section 6.2.5.1). */
static u32 bar_mask(struct pci_dev *dev, unsigned int bar)
{
	u32 old = pci_bar_get(dev, bar), mask;

	pci_config_writel(dev->bdf, bar_reg(bar), 0xffffffff);
	mask = pci_bar_get(dev, bar);
	pci_config_writel(dev->bdf, bar_reg(bar), old);
	return mask;
}

phys_addr_t pci_bar_size(struct pci_dev *dev, unsigned int bar)
{
	u16 command = pci_config_readw(dev->bdf, PCI_COMMAND);
	u64 mask;

	pci_cmd_set_clr(dev, 0, PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
	mask = bar_mask(dev, bar);
	if (mask & PCI_BASE_ADDRESS_SPACE_IO)
		mask &= PCI_BASE_ADDRESS_IO_MASK;
	else if (pci_bar_is64(dev, bar))
		mask = (mask & PCI_BASE_ADDRESS_MEM_MASK) | (u64)bar_mask(dev, bar + 1) << 32;
	else
		mask &= PCI_BASE_ADDRESS_MEM_MASK;
	pci_config_writew(dev->bdf, PCI_COMMAND, command);
	return mask & -mask;
}

bool pci_bar_is_valid(struct pci_dev *dev, unsigned int bar)
{
	if (bar >= pci_bar_count(dev->bdf))
		return false;
	for (unsigned int i = 0; i < bar; i++)
		if (pci_bar_is64(dev, i) && ++i == bar)
			return false;
	return pci_bar_size(dev, bar) != 0;
}

void pci_scan_bars(struct pci_dev *dev)
{
	unsigned int count = pci_bar_count(dev->bdf);
	phys_addr_t addr;

	for (unsigned int i = 0; i < PCI_BAR_NUM; i++)
		dev->resource[i] = INVALID_PHYS_ADDR;
	for (unsigned int i = 0; i < count; i++) {
		addr = pci_bar_get_addr(dev, i);
		if (addr)
			dev->resource[i] = addr;
		if (pci_bar_is64(dev, i))
			i++;
	}
}

/* ---- capabilities ---- */

static u8 first_cap(struct pci_dev *dev)
{
	if (!(pci_config_readw(dev->bdf, PCI_STATUS) & PCI_STATUS_CAP_LIST))
		return 0;
	return pci_config_readb(dev->bdf, PCI_CAPABILITY_LIST) & ~3;
}

static u8 next_cap(struct pci_dev *dev, u8 at)
{
	return pci_config_readb(dev->bdf, at + PCI_CAP_LIST_NEXT) & ~3;
}

/* A list has no more entries than fit behind the header, unless it has a loop. */
#define MAX_CAPS	((PCI_CFG_SPACE_SIZE - 0x40) / 4)

u8 pci_find_cap(struct pci_dev *dev, u8 id, u8 after)
{
	u8 at = after ? next_cap(dev, after) : first_cap(dev);

	for (int i = 0; at >= 0x40 && i < MAX_CAPS; i++, at = next_cap(dev, at))
		if (pci_config_readb(dev->bdf, at + PCI_CAP_LIST_ID) == id)
			return at;
	return 0;
}

void pci_cap_walk(struct pci_dev *dev, void (*handler)(struct pci_dev *dev, int cap_offset, int cap_id))
{
	u8 at = first_cap(dev);

	for (int i = 0; at >= 0x40 && i < MAX_CAPS; i++, at = next_cap(dev, at))
		handler(dev, at, pci_config_readb(dev->bdf, at + PCI_CAP_LIST_ID));
}

u16 pci_find_ext_cap(struct pci_dev *dev, u16 id, u16 after)
{
	const struct pci_host *host = pci_host();
	u16 at = PCI_CFG_SPACE_SIZE;
	u32 header;

	if (!host || host->config_size <= PCI_CFG_SPACE_SIZE)
		return 0;
	if (after)
		at = PCI_EXT_CAP_NEXT(pci_config_readl(dev->bdf, after));
	for (int i = 0; at >= PCI_CFG_SPACE_SIZE && i < PCI_CFG_SPACE_EXP_SIZE / 8; i++) {
		header = pci_config_readl(dev->bdf, at);
		if (!header || header == 0xffffffff)
			return 0;
		if (PCI_EXT_CAP_ID(header) == id)
			return at;
		at = PCI_EXT_CAP_NEXT(header);
	}
	return 0;
}

/* ---- printing ---- */

static void print_cap(struct pci_dev *dev, int cap_offset, int cap_id)
{
	printf("\tcapability %#04x at %#04x\n", cap_id, cap_offset);
}

static void print_bar(struct pci_dev *dev, unsigned int bar)
{
	phys_addr_t size = pci_bar_size(dev, bar), addr = pci_bar_get_addr(dev, bar);
	bool memory = pci_bar_is_memory(dev, bar);

	printf("\tBAR %u: %s%s %#" PRIx64 "-%#" PRIx64 "%s%s\n", bar, memory ? "memory" : "ports",
	       !memory ? "" : pci_bar_is64(dev, bar) ? ", 64 bits" : ", 32 bits", addr, addr + size - 1,
	       memory && (pci_bar_get(dev, bar) & PCI_BASE_ADDRESS_MEM_PREFETCH) ? ", prefetchable" : "",
	       addr ? "" : ", no address");
}

void pci_dev_print(struct pci_dev *dev)
{
	pcidevaddr_t bdf = dev->bdf;
	u32 class_revision = pci_config_readl(bdf, PCI_CLASS_REVISION);

	printf("%02x:%02x.%x %04x:%04x class %06" PRIx32 " revision %02" PRIx32 " header %#04x\n", PCI_BDF_GET_BUS(bdf),
	       PCI_BDF_GET_DEVICE(bdf), PCI_BDF_GET_FUNC(bdf), pci_config_readw(bdf, PCI_VENDOR_ID),
	       pci_config_readw(bdf, PCI_DEVICE_ID), class_revision >> 8, class_revision & 0xff,
	       pci_config_readb(bdf, PCI_HEADER_TYPE));
	for (unsigned int i = 0; i < pci_bar_count(bdf); i++)
		if (pci_bar_is_valid(dev, i))
			print_bar(dev, i);
	pci_cap_walk(dev, print_cap);
}

void pci_print(void)
{
	struct pci_dev dev;

	for (int i = 0; i < pci_device_count(); i++) {
		pci_dev_init(&dev, pci_device_at(i));
		pci_dev_print(&dev);
	}
}
