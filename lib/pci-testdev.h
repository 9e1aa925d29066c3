/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's pci-testdev (QEMU docs/specs/pci-testdev.txt): a device whose two BARs, memory and ports,
 * detect writes of a width and a value that it says itself. Part of pci.h.
 */
#ifndef PCI_TESTDEV_H
#define PCI_TESTDEV_H

#include "libcflat.h"

#define PCI_VENDOR_ID_REDHAT		0x1b36
#define PCI_DEVICE_ID_REDHAT_TEST	0x0005

#define PCI_TESTDEV_BAR_MEM	0
#define PCI_TESTDEV_BAR_IO	1
#define PCI_TESTDEV_NUM_BARS	2
#define PCI_TESTDEV_NUM_TESTS	3

/* What each BAR begins with; little endian. */
struct pci_test_dev_hdr {
	u8 test;	/* write: starts the test of this number */
	u8 width;	/* 1, 2 or 4: the width of the access to make; else: there is no such test */
	u8 pad0[2];
	u32 offset;	/* in the BAR, where to write to */
	u32 data;	/* what */
	u32 count;	/* how many such writes were seen */
	u8 name[];	/* of the test, ends with 0 */
};

struct pci_dev;
/* One access to a BAR of size 1, 2 or 4. */
u32 pci_testdev_read(struct pci_dev *dev, unsigned int bar, u32 offset, int size);
void pci_testdev_write(struct pci_dev *dev, unsigned int bar, u32 offset, u32 value, int size);
/*
 * The header as the device shows it after test was started; false if it has no such test. name: at
 * least 32 bytes.
 */
bool pci_testdev_start(struct pci_dev *dev, unsigned int bar, u8 test, struct pci_test_dev_hdr *hdr, char *name);

/*
 * Runs all tests of both BARs, with a line for each, and returns how many passed; -1 if there is no
 * such device.
 */
int pci_testdev(void);

#endif
