/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of device accesses without paging find in the machine: pci-testdev, and holes. */
#include "nopaging.h"
#include "asm/page.h"
#include "memory_map.h"

static struct pci_dev dev;

struct pci_dev *need_testdev(void)
{
	pcidevaddr_t bdf = pci_find_dev(PCI_VENDOR_ID_REDHAT, PCI_DEVICE_ID_REDHAT_TEST);

	require_msg(bdf != PCIDEVADDR_INVALID, "no pci-testdev");
	if (!dev.bdf) {
		pci_dev_init(&dev, bdf);
		pci_enable_defaults(&dev);
		/* The page before it is nobody's. */
		pci_bar_set_addr(&dev, PCI_TESTDEV_BAR_MEM,
				 ALIGN(dev.resource[PCI_TESTDEV_BAR_MEM], PAGE_SIZE) + 4 * PAGE_SIZE);
	}
	return &dev;
}

u32 testdev_address(void)
{
	phys_addr_t address = need_testdev()->resource[PCI_TESTDEV_BAR_MEM];

	insist_eq(address, (u32)address);
	return address;
}

u32 start_count(u8 *data)
{
	struct pci_test_dev_hdr hdr;
	char name[32];

	insist(pci_testdev_start(need_testdev(), PCI_TESTDEV_BAR_MEM, 0, &hdr, name));
	insist_eq(hdr.width, 1);
	insist_eq(hdr.count, 0);
	*data = (u8)hdr.data;
	return testdev_address() + hdr.offset;
}

u32 testdev_count(void)
{
	return pci_testdev_read(&dev, PCI_TESTDEV_BAR_MEM, offsetof(struct pci_test_dev_hdr, count), 4);
}

static bool decoded(phys_addr_t start, phys_addr_t end)
{
	for (int i = 0; i < memory_region_count; i++)
		if (memory_regions[i].start < end && start < memory_regions[i].end)
			return true;
	return false;
}

/*
 * Memory of PCI devices is from 3 GiB up, where the library puts it: far below its other end,
 * nobody.
 */
int find_holes(u32 holes[MAX_HOLES])
{
	static const u32 candidates[MAX_HOLES] = { 0x3ff00000, 0x7ff00000, 0xafe00000, 0xfe000000 };
	int n = 0;

	for (int i = 0; i < MAX_HOLES; i++)
		if (!decoded(candidates[i], candidates[i] + 2 * PAGE_SIZE))
			holes[n++] = candidates[i];
	return n;
}
