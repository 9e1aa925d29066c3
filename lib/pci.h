/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCI: devices, configuration space, BARs, capabilities, MSI and MSI-X. The first call finds the
 * host bridge and the devices and, if no firmware did, gives out bus numbers and addresses
 * (pci-setup.c).
 */
#ifndef PCI_H
#define PCI_H

#include "libcflat.h"
#include "linux/pci_regs.h"

/* Where a device is: bus in bits 15:8, slot in 7:3, function in 2:0. */
typedef u16 pcidevaddr_t;
enum {
	PCIDEVADDR_INVALID = 0xffff,
};

#define PCI_BDF_GET_BUS(bdf)		(((bdf) >> 8) & 0xff)
#define PCI_BDF_GET_DEVICE(bdf)		(((bdf) >> 3) & 0x1f)
#define PCI_BDF_GET_FUNC(bdf)		((bdf) & 7)
#define PCI_BDF(bus, slot, function)	((pcidevaddr_t)((bus) << 8 | (slot) << 3 | (function)))

#define PCI_BAR_NUM			6
#define PCI_DEVFN_MAX			256

struct pci_dev {
	pcidevaddr_t bdf;
	u16 msi_offset, msix_offset;		/* of the capability; 0 if there is none */
	phys_addr_t resource[PCI_BAR_NUM];	/* a port or an address; INVALID_PHYS_ADDR: no BAR, no address */
};

/* Whether there is PCI at all. The other functions find nothing if there is not. */
bool pci_probe(void);
/* The number of devices (functions), and the one of a number below it. */
int pci_device_count(void);
pcidevaddr_t pci_device_at(int number);
/* The first device of these IDs, or PCIDEVADDR_INVALID. */
pcidevaddr_t pci_find_dev(u16 vendor_id, u16 device_id);
bool pci_dev_exists(pcidevaddr_t bdf);
void pci_dev_init(struct pci_dev *dev, pcidevaddr_t bdf);

/* Prints all devices; one, with BARs and capabilities. */
void pci_print(void);
void pci_dev_print(struct pci_dev *dev);

/*
 * ---- configuration space: the register is a multiple of the size; below 256, or below 4096 where
 * ECAM is ----
 */
u8 pci_config_readb(pcidevaddr_t bdf, u16 reg);
u16 pci_config_readw(pcidevaddr_t bdf, u16 reg);
u32 pci_config_readl(pcidevaddr_t bdf, u16 reg);
void pci_config_writeb(pcidevaddr_t bdf, u16 reg, u8 value);
void pci_config_writew(pcidevaddr_t bdf, u16 reg, u16 value);
void pci_config_writel(pcidevaddr_t bdf, u16 reg, u32 value);
/* Sets and clears bits of the command register. */
void pci_cmd_set_clr(struct pci_dev *dev, u16 set, u16 clr);
/* Memory and I/O decoding on, bus master on, and pci_dev_init() again. */
void pci_enable_defaults(struct pci_dev *dev);
/* The interrupt line that the device's pin is routed to, 0xff if unknown. */
u8 pci_intx_line(struct pci_dev *dev);

/* ---- BARs 0 to 5: the second half of a 64-bit BAR is not one ---- */
u32 pci_bar_get(struct pci_dev *dev, unsigned int bar);
bool pci_bar_is_valid(struct pci_dev *dev, unsigned int bar);
bool pci_bar_is_memory(struct pci_dev *dev, unsigned int bar);
bool pci_bar_is64(struct pci_dev *dev, unsigned int bar);
phys_addr_t pci_bar_get_addr(struct pci_dev *dev, unsigned int bar);
void pci_bar_set_addr(struct pci_dev *dev, unsigned int bar, phys_addr_t addr);
/* Bytes, 0 if the BAR is not implemented. Decoding is off for the moment. */
phys_addr_t pci_bar_size(struct pci_dev *dev, unsigned int bar);
/* Reads all addresses into dev->resource. */
void pci_scan_bars(struct pci_dev *dev);

/* ---- capabilities ---- */

/*
 * The offset of the first capability of an ID behind that at offset `after` (0: from the start); 0
 * if there is none.
 */
u8 pci_find_cap(struct pci_dev *dev, u8 id, u8 after);
/* The same for extended capabilities, at 0x100 and above; 0 also if they cannot be reached. */
u16 pci_find_ext_cap(struct pci_dev *dev, u16 id, u16 after);
/* Calls handler for each capability of the list; an endless list ends. */
void pci_cap_walk(struct pci_dev *dev, void (*handler)(struct pci_dev *dev, int cap_offset, int cap_id));

/*
 * One MSI message, enabled; false if the device has no MSI, or needs addr above 4 GiB and cannot.
 */
bool pci_setup_msi(struct pci_dev *dev, u64 addr, u32 data);
void pci_msi_set_enable(struct pci_dev *dev, bool enable);

/* MSI-X: the number of vectors (0: no MSI-X); a vector's message, unmasked; on and off. */
unsigned int pci_msix_count(struct pci_dev *dev);
bool pci_msix_set(struct pci_dev *dev, unsigned int vector, u64 addr, u32 data);
void pci_msix_mask(struct pci_dev *dev, unsigned int vector, bool masked);
bool pci_msix_pending(struct pci_dev *dev, unsigned int vector);
void pci_msix_set_enable(struct pci_dev *dev, bool enable);

#include "pci-testdev.h"

#endif
