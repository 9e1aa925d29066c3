/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Access to QEMU's pci-testdev, see pci-testdev.h; ports are memory where the architecture has
 * none.
 */
#include "pci.h"
#include "asm/io.h"

#define NAME_SIZE	32

static volatile char *memory_at(struct pci_dev *dev, unsigned int bar, u32 offset, int size)
{
	return (volatile char *)ioremap(dev->resource[bar] + offset, size);
}

static bool by_port(struct pci_dev *dev, unsigned int bar)
{
#ifdef inb
	return !pci_bar_is_memory(dev, bar);
#else
	return false;
#endif
}

#ifndef inb
#define inb(port)		((void)(port), 0)
#define inw(port)		((void)(port), 0)
#define inl(port)		((void)(port), 0)
#define outb(value, port)	((void)(value), (void)(port))
#define outw(value, port)	((void)(value), (void)(port))
#define outl(value, port)	((void)(value), (void)(port))
#endif

u32 pci_testdev_read(struct pci_dev *dev, unsigned int bar, u32 offset, int size)
{
	unsigned long port = (unsigned long)dev->resource[bar] + offset;
	volatile char *at;

	if (by_port(dev, bar))
		return size == 4 ? inl(port) : size == 2 ? inw(port) : inb(port);
	at = memory_at(dev, bar, offset, size);
	return size == 4 ? readl(at) : size == 2 ? readw(at) : readb(at);
}

void pci_testdev_write(struct pci_dev *dev, unsigned int bar, u32 offset, u32 value, int size)
{
	unsigned long port = (unsigned long)dev->resource[bar] + offset;
	volatile char *at;

	if (by_port(dev, bar)) {
		if (size == 4)
			outl(value, port);
		else if (size == 2)
			outw((u16)value, port);
		else
			outb((u8)value, port);
		return;
	}
	at = memory_at(dev, bar, offset, size);
	if (size == 4)
		writel(value, at);
	else if (size == 2)
		writew((u16)value, at);
	else
		writeb((u8)value, at);
}

bool pci_testdev_start(struct pci_dev *dev, unsigned int bar, u8 test, struct pci_test_dev_hdr *hdr, char *name)
{
	pci_testdev_write(dev, bar, offsetof(struct pci_test_dev_hdr, test), test, 1);
	hdr->width = pci_testdev_read(dev, bar, offsetof(struct pci_test_dev_hdr, width), 1);
	if (hdr->width != 1 && hdr->width != 2 && hdr->width != 4)
		return false;
	hdr->test = test;
	hdr->offset = pci_testdev_read(dev, bar, offsetof(struct pci_test_dev_hdr, offset), 4);
	hdr->data = pci_testdev_read(dev, bar, offsetof(struct pci_test_dev_hdr, data), 4);
	hdr->count = pci_testdev_read(dev, bar, offsetof(struct pci_test_dev_hdr, count), 4);
	for (u32 i = 0; i < NAME_SIZE; i++)
		name[i] = pci_testdev_read(dev, bar, offsetof(struct pci_test_dev_hdr, name) + i, 1);
	name[NAME_SIZE - 1] = 0;
	return true;
}

/*
 * A test passes if its count grows with its writes, or if it stays at 0: then an eventfd has taken
 * them.
 */
static bool run_test(struct pci_dev *dev, unsigned int bar, u8 test)
{
	struct pci_test_dev_hdr hdr;
	char name[NAME_SIZE];
	const int writes = 16;
	u32 count;

	if (dev->resource[bar] == INVALID_PHYS_ADDR || !pci_testdev_start(dev, bar, test, &hdr, name))
		return false;
	for (int i = 0; i < writes; i++)
		pci_testdev_write(dev, bar, hdr.offset, hdr.data, hdr.width);
	count = pci_testdev_read(dev, bar, offsetof(struct pci_test_dev_hdr, count), 4) - hdr.count;
	printf("pci-testdev: %s: %s: %" PRIu32 " of %d writes counted\n", bar == PCI_TESTDEV_BAR_MEM ? "mem" : "io",
	       name, count, writes);
	return count == (u32)writes || (!count && hdr.count == 0 && strcmp(name, "no-eventfd"));
}

int pci_testdev(void)
{
	pcidevaddr_t bdf = pci_find_dev(PCI_VENDOR_ID_REDHAT, PCI_DEVICE_ID_REDHAT_TEST);
	struct pci_dev dev;
	int passed = 0;

	if (bdf == PCIDEVADDR_INVALID) {
		printf("pci-testdev: there is no such device; QEMU makes one with -device pci-testdev\n");
		return -1;
	}
	pci_dev_init(&dev, bdf);
	pci_enable_defaults(&dev);
	for (unsigned int bar = 0; bar < PCI_TESTDEV_NUM_BARS; bar++)
		for (u8 test = 0; test < PCI_TESTDEV_NUM_TESTS; test++)
			passed += run_test(&dev, bar, test);
	return passed;
}
