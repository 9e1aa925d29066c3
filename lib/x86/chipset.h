/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU's two PC chip sets, 440FX with PIIX4 and Q35 with ICH9: what their firmware sets up, where there was none. */
#ifndef X86_CHIPSET_H
#define X86_CHIPSET_H

#include "libcflat.h"

/*
 * Gives the power management its I/O ports, and opens Q35's memory-mapped PCI configuration, unless that was done. QEMU
 * makes its ACPI tables from what these registers say, so this comes first. Returns the base of the ports (ACPI's PM1a
 * event block; control is 4 above), 0 for another chip set.
 */
u16 chipset_init(void);

#endif
