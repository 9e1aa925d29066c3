/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For lib/<arch>/pci-host.c of a machine whose device tree has a generic host bridge with ECAM:
 * what pci-host.h asks.
 */
#ifndef PCI_ECAM_H
#define PCI_ECAM_H

#include "fdt.h"
#include "pci-host.h"

bool pci_ecam_find(const struct fdt *fdt, struct pci_host *host);
u32 pci_ecam_read(pcidevaddr_t bdf, u16 reg, int size);
void pci_ecam_write(pcidevaddr_t bdf, u16 reg, u32 value, int size);

#endif
