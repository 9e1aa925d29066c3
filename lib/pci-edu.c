/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU's edu device, see pci-edu.h. */
#include "pci-edu.h"
#include "patience.h"

bool edu_init(struct pci_edu_dev *dev)
{
	pcidevaddr_t bdf = pci_find_dev(PCI_VENDOR_ID_QEMU, PCI_DEVICE_ID_EDU);

	if (bdf == PCIDEVADDR_INVALID)
		return false;
	pci_dev_init(&dev->pci_dev, bdf);
	pci_enable_defaults(&dev->pci_dev);
	assert_msg(dev->pci_dev.resource[EDU_BAR] != INVALID_PHYS_ADDR, "edu: BAR %d has no address", EDU_BAR);
	dev->reg_base = ioremap(dev->pci_dev.resource[EDU_BAR], EDU_BAR_SIZE);
	return true;
}

void edu_dma(struct pci_edu_dev *dev, iova_t iova, size_t size, unsigned int dev_offset, bool from_device)
{
	struct patience patience = { 0 };
	u64 buffer = EDU_DMA_START + dev_offset;

	assert_msg(dev_offset <= EDU_DMA_SIZE_MAX && size <= EDU_DMA_SIZE_MAX - dev_offset,
		   "edu: %zu bytes at %u of a buffer of %d", size, dev_offset, EDU_DMA_SIZE_MAX);
	edu_reg_writeq(dev, EDU_REG_DMA_SRC, from_device ? buffer : iova);
	edu_reg_writeq(dev, EDU_REG_DMA_DST, from_device ? iova : buffer);
	edu_reg_writeq(dev, EDU_REG_DMA_COUNT, size);
	edu_reg_writel(dev, EDU_REG_DMA_CMD, EDU_CMD_DMA_START | (from_device ? EDU_CMD_DMA_FROM : EDU_CMD_DMA_TO));
	while (edu_reg_readl(dev, EDU_REG_DMA_CMD) & EDU_CMD_DMA_START)
		if (patience_over(&patience, 60))
			report_abort("edu: a DMA of %zu bytes does not end", size);
}
