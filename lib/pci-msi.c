/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts as messages: MSI and MSI-X (PCI Local Bus 3.0, section 6.8). */
#include "pci.h"
#include "asm/io.h"

static void set_config_bits(struct pci_dev *dev, u16 reg, u16 set, u16 clr)
{
	pci_config_writew(dev->bdf, reg, (pci_config_readw(dev->bdf, reg) & ~clr) | set);
}

void pci_msi_set_enable(struct pci_dev *dev, bool enable)
{
	u16 reg = dev->msi_offset + PCI_MSI_FLAGS;

	assert_msg(dev->msi_offset, "the device has no MSI");
	set_config_bits(dev, reg, enable ? PCI_MSI_FLAGS_ENABLE : 0, PCI_MSI_FLAGS_ENABLE);
}

bool pci_setup_msi(struct pci_dev *dev, u64 addr, u32 data)
{
	u16 at = dev->msi_offset, flags;

	if (!at)
		return false;
	flags = pci_config_readw(dev->bdf, at + PCI_MSI_FLAGS);
	if (!(flags & PCI_MSI_FLAGS_64BIT) && addr >> 32)
		return false;
	pci_config_writel(dev->bdf, at + PCI_MSI_ADDRESS_LO, (u32)addr);
	if (flags & PCI_MSI_FLAGS_64BIT) {
		pci_config_writel(dev->bdf, at + PCI_MSI_ADDRESS_HI, (u32)(addr >> 32));
		pci_config_writew(dev->bdf, at + PCI_MSI_DATA_64, (u16)data);
	} else {
		pci_config_writew(dev->bdf, at + PCI_MSI_DATA_32, (u16)data);
	}
	/* One message, no pins. */
	set_config_bits(dev, at + PCI_MSI_FLAGS, PCI_MSI_FLAGS_ENABLE, PCI_MSI_FLAGS_QSIZE);
	pci_cmd_set_clr(dev, PCI_COMMAND_MASTER | PCI_COMMAND_INTX_DISABLE, 0);
	return true;
}

unsigned int pci_msix_count(struct pci_dev *dev)
{
	if (!dev->msix_offset)
		return 0;
	return (pci_config_readw(dev->bdf, dev->msix_offset + PCI_MSIX_FLAGS) & PCI_MSIX_FLAGS_QSIZE) + 1u;
}

/* Where the structure that reg points to lies; NULL if its BAR has no address. */
static volatile char *msix_structure(struct pci_dev *dev, u16 reg, size_t size)
{
	u32 value = pci_config_readl(dev->bdf, dev->msix_offset + reg);
	u32 bir = value & PCI_MSIX_BIR;
	phys_addr_t base = bir < PCI_BAR_NUM ? dev->resource[bir] : INVALID_PHYS_ADDR;

	return base == INVALID_PHYS_ADDR ? NULL : ioremap(base + (value & PCI_MSIX_OFFSET), size);
}

static volatile char *msix_entry(struct pci_dev *dev, unsigned int vector)
{
	unsigned int count = pci_msix_count(dev);
	volatile char *table;

	assert_msg(vector < count, "MSI-X vector %u of %u", vector, count);
	table = msix_structure(dev, PCI_MSIX_TABLE, (size_t)count * PCI_MSIX_ENTRY_SIZE);
	assert_msg(table, "the BAR of the MSI-X table has no address");
	return table + (size_t)vector * PCI_MSIX_ENTRY_SIZE;
}

void pci_msix_mask(struct pci_dev *dev, unsigned int vector, bool masked)
{
	volatile char *control = msix_entry(dev, vector) + PCI_MSIX_ENTRY_VECTOR_CTRL;
	u32 value = readl(control) & ~PCI_MSIX_ENTRY_CTRL_MASKBIT;

	writel(value | (masked ? PCI_MSIX_ENTRY_CTRL_MASKBIT : 0), control);
}

bool pci_msix_set(struct pci_dev *dev, unsigned int vector, u64 addr, u32 data)
{
	volatile char *entry;

	if (vector >= pci_msix_count(dev))
		return false;
	/* An entry may only be changed while it is masked (section 6.8.2). */
	pci_msix_mask(dev, vector, true);
	entry = msix_entry(dev, vector);
	writel((u32)addr, entry + PCI_MSIX_ENTRY_LOWER_ADDR);
	writel((u32)(addr >> 32), entry + PCI_MSIX_ENTRY_UPPER_ADDR);
	writel(data, entry + PCI_MSIX_ENTRY_DATA);
	pci_msix_mask(dev, vector, false);
	return true;
}

bool pci_msix_pending(struct pci_dev *dev, unsigned int vector)
{
	unsigned int count = pci_msix_count(dev);
	volatile char *pba;

	assert_msg(vector < count, "MSI-X vector %u of %u", vector, count);
	pba = msix_structure(dev, PCI_MSIX_PBA, (count + 63) / 64 * 8);
	assert_msg(pba, "the BAR of the MSI-X pending bits has no address");
	return readl(pba + vector / 32 * 4) >> vector % 32 & 1;
}

void pci_msix_set_enable(struct pci_dev *dev, bool enable)
{
	assert_msg(dev->msix_offset, "the device has no MSI-X");
	if (enable)
		pci_cmd_set_clr(dev, PCI_COMMAND_MASTER | PCI_COMMAND_MEMORY | PCI_COMMAND_INTX_DISABLE, 0);
	set_config_bits(dev, dev->msix_offset + PCI_MSIX_FLAGS, enable ? PCI_MSIX_FLAGS_ENABLE : 0,
			PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
}
