/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's edu device (QEMU docs/specs/edu.txt): registers, a factorial, interrupts, and DMA to a
 * buffer of 4 KiB.
 */
#ifndef PCI_EDU_H
#define PCI_EDU_H

#include "pci.h"
#include "asm/io.h"

#define PCI_VENDOR_ID_QEMU	0x1234
#define PCI_DEVICE_ID_EDU	0x11e8

#define EDU_BAR			0
#define EDU_BAR_SIZE		0x100000

#define EDU_REG_ID		0x00	/* 0xRRrr00ed: the version in bits 31:16 */
#define EDU_REG_ALIVE		0x04	/* reads as the inverse of what was written */
#define EDU_REG_FACTORIAL	0x08	/* written n, reads n! when done */
#define EDU_REG_STATUS		0x20
#define EDU_REG_INTR_STATUS	0x24
#define EDU_REG_INTR_RAISE	0x60	/* its bits are or'ed into the interrupt status */
#define EDU_REG_INTR_ACK	0x64	/* its bits are cleared there */
#define EDU_REG_DMA_SRC		0x80
#define EDU_REG_DMA_DST		0x88
#define EDU_REG_DMA_COUNT	0x90
#define EDU_REG_DMA_CMD		0x98

#define EDU_STATUS_FACTORIAL		0x01	/* computing */
#define EDU_STATUS_INT_ENABLE		0x80	/* an interrupt when it is done */
#define EDU_INTR_FACTORIAL		0x001
#define EDU_INTR_DMA			0x100
#define EDU_CMD_DMA_START		0x01	/* reads as 1 until it is done */
#define EDU_CMD_DMA_FROM		0x02	/* from the device to RAM */
#define EDU_CMD_DMA_TO			0x00
#define EDU_CMD_DMA_INTR		0x04	/* an interrupt when it is done */

#define EDU_DMA_START		0x40000	/* the buffer's address as the device sees it */
#define EDU_DMA_SIZE_MAX	4096

/* An address as a device uses it. */
typedef u64 iova_t;

struct pci_edu_dev {
	struct pci_dev pci_dev;
	volatile void *reg_base;
};

/* Finds the device and enables it; false if there is none. */
bool edu_init(struct pci_edu_dev *dev);
/*
 * Moves size bytes between iova and dev_offset of the device's buffer, and waits until they are
 * moved. Aborts if that takes longer than a minute: the device takes 100 ms.
 */
void edu_dma(struct pci_edu_dev *dev, iova_t iova, size_t size, unsigned int dev_offset, bool from_device);

static inline u32 edu_reg_readl(struct pci_edu_dev *dev, int reg)
{
	return readl((volatile char *)dev->reg_base + reg);
}

static inline void edu_reg_writel(struct pci_edu_dev *dev, int reg, u32 value)
{
	writel(value, (volatile char *)dev->reg_base + reg);
}

/*
 * Registers from 0x80 on only; as two halves, the lower one first, where the CPU has no access of
 * 64 bits.
 */
static inline u64 edu_reg_readq(struct pci_edu_dev *dev, int reg)
{
	if (sizeof(long) == 8)
		return readq((volatile char *)dev->reg_base + reg);
	return edu_reg_readl(dev, reg) | (u64)edu_reg_readl(dev, reg + 4) << 32;
}

static inline void edu_reg_writeq(struct pci_edu_dev *dev, int reg, u64 value)
{
	if (sizeof(long) == 8) {
		writeq(value, (volatile char *)dev->reg_base + reg);
	} else {
		edu_reg_writel(dev, reg, (u32)value);
		edu_reg_writel(dev, reg + 4, (u32)(value >> 32));
	}
}

#endif
