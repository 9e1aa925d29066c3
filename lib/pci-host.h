/* SPDX-License-Identifier: BSD-2-Clause */
/* What pci.c and pci-setup.c ask of an architecture: lib/<arch>/pci-host.c. */
#ifndef PCI_HOST_H
#define PCI_HOST_H

#include "pci.h"

/* Addresses that can be given out: from next to end - 1. */
struct pci_window {
	phys_addr_t next, end;
};

struct pci_host {
	struct pci_window io, mem, mem64;	/* ports; memory below 4 GiB; memory above */
	u8 last_bus;
	u16 config_size;			/* bytes of configuration space that can be reached: 256 or 4096 */
};

/* Finds the host bridge, without touching a device; false if there is none. Called once. */
bool pci_host_find(struct pci_host *host);
/* Called after addresses were given out because no firmware had: routes the interrupt pins. */
void pci_host_route_interrupts(void);

/* One access to configuration space of size 1, 2 or 4. What does not exist reads as all ones. */
u32 pci_host_read(pcidevaddr_t bdf, u16 reg, int size);
void pci_host_write(pcidevaddr_t bdf, u16 reg, u32 value, int size);

/* ---- pci-setup.c ---- */

/* Everything is found and addressed when this returns; NULL if there is no PCI. */
const struct pci_host *pci_host(void);
/* BARs that a header of this type has. */
unsigned int pci_bar_count(pcidevaddr_t bdf);

#endif
