/* SPDX-License-Identifier: BSD-2-Clause */
/* The PCI host bridge: the one of the device tree, by pci-ecam.c. */
#include "pci-ecam.h"
#include "asm/setup.h"

bool pci_host_find(struct pci_host *host)
{
	return pci_ecam_find(&machine_fdt, host);
}

/*
 * The interrupt map of the device tree names the interrupt controller's inputs; PCI_INTERRUPT_LINE
 * has no meaning here.
 */
void pci_host_route_interrupts(void)
{
}

u32 pci_host_read(pcidevaddr_t bdf, u16 reg, int size)
{
	return pci_ecam_read(bdf, reg, size);
}

void pci_host_write(pcidevaddr_t bdf, u16 reg, u32 value, int size)
{
	pci_ecam_write(bdf, reg, value, size);
}
