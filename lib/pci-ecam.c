/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The generic PCI host bridge with ECAM that a device tree describes (Linux,
 * bindings/pci/host-generic-pci.yaml; PCI Express Base, section 7.2.2). Ports are not given out:
 * where they are only a window of memory drivers have no use for it.
 */
#include "fdt.h"
#include "pci-ecam.h"
#include "asm/io.h"

static char *ecam;
static u8 first_bus, last_bus;

/*
 * The first cell of a child address: bits 25:24 are the space (IEEE 1275 PCI binding, section
 * 2.2.1.1).
 */
#define SPACE(cell)	((cell) >> 24 & 3)
#define SPACE_MEM32	2
#define SPACE_MEM64	3
#define RANGE_CELLS	7	/* 3 of the child's address, 2 of the CPU's, 2 of the size */

/* Windows where both addresses are the same only: drivers use one for the other. */
static void read_ranges(const struct fdt *fdt, int node, struct pci_host *host)
{
	struct fdt_value ranges = fdt_value(fdt, node, "ranges");
	u64 space, child, cpu, size;

	for (unsigned int i = 0;
	     fdt_cells(ranges, i, 1, &space) && fdt_cells(ranges, i + 1, 2, &child) &&
	     fdt_cells(ranges, i + 3, 2, &cpu) && fdt_cells(ranges, i + 5, 2, &size);
	     i += RANGE_CELLS) {
		struct pci_window window = { child, child + size };

		if (child != cpu)
			continue;
		if (SPACE(space) == SPACE_MEM32)
			host->mem = window;
		else if (SPACE(space) == SPACE_MEM64)
			host->mem64 = window;
	}
}

bool pci_ecam_find(const struct fdt *fdt, struct pci_host *host)
{
	int node = fdt_find_compatible(fdt, FDT_NONE, "pci-host-ecam-generic");
	struct fdt_value buses;
	u64 address, size, bus = 0;

	if (node == FDT_NONE || !fdt_reg(fdt, node, 0, &address, &size))
		return false;
	buses = fdt_value(fdt, node, "bus-range");
	if (fdt_cells(buses, 0, 1, &bus))
		first_bus = (u8)bus;
	last_bus = (u8)(first_bus + MIN(size >> 20, 256ull) - 1);
	ecam = ioremap(address, size);
	host->last_bus = last_bus;
	host->config_size = PCI_CFG_SPACE_EXP_SIZE;
	read_ranges(fdt, node, host);
	return true;
}

static char *register_of(pcidevaddr_t bdf, u16 reg)
{
	return ecam +
	       ((u64)(PCI_BDF_GET_BUS(bdf) - first_bus) << 20 | (u64)(bdf & 0xff) << 12 | reg);
}

static bool reachable(pcidevaddr_t bdf, u16 reg)
{
	return ecam && PCI_BDF_GET_BUS(bdf) >= first_bus && PCI_BDF_GET_BUS(bdf) <= last_bus &&
	       reg < PCI_CFG_SPACE_EXP_SIZE;
}

u32 pci_ecam_read(pcidevaddr_t bdf, u16 reg, int size)
{
	char *at = register_of(bdf, reg);

	if (!reachable(bdf, reg))
		return ~0u >> (32 - 8 * size);
	return size == 4 ? readl(at) : size == 2 ? readw(at) : readb(at);
}

void pci_ecam_write(pcidevaddr_t bdf, u16 reg, u32 value, int size)
{
	char *at = register_of(bdf, reg);

	if (!reachable(bdf, reg))
		return;
	if (size == 4)
		writel(value, at);
	else if (size == 2)
		writew((u16)value, at);
	else
		writeb((u8)value, at);
}
