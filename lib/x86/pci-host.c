/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCI on PCs: configuration mechanism #1 (PCI Local Bus 3.0, section 3.2.2.3.2) and the
 * memory-mapped one of PCI Express (PCI Express Base, section 7.2.2); and the addresses that our
 * boot ROM, which sets nothing up, leaves free.
 */
#include "pci-host.h"
#include "arch-hooks.h"
#include "memory_map.h"
#include "asm/io.h"
#include "asm/spinlock.h"

#define CONFIG_ADDRESS	0xcf8
#define CONFIG_DATA	0xcfc
#define CONFIG_ENABLE	0x80000000u

/*
 * QEMU's q35: the host bridge (Intel 82Q35, 8086:29c0) and its register PCIEXBAR (MCH datasheet,
 * section 5.1.16).
 */
#define Q35_HOST_BRIDGE	0x29c08086u
#define Q35_PCIEXBAR	0x60
#define Q35_PCIEXBAR_ENABLE	1u
#define Q35_ECAM_BASE	0xb0000000u	/* RAM below 4 GiB ends at or below it; so it is on firmwares' tables */
#define ECAM_SIZE	0x10000000u	/* 256 buses */

/*
 * QEMU's microvm with pcie=on: no mechanism #1, all addresses fixed (QEMU
 * include/hw/i386/microvm.h).
 */
#define MICROVM_HOST_BRIDGE	0x00081b36u
#define MICROVM_ECAM_BASE	0xe0000000u
#define MICROVM_MEM_BASE	0xc0000000u

/*
 * Free on i440fx and q35: memory from above RAM (3.5 GiB at most) and q35's ECAM to the I/O APIC;
 * ports above all of the chip sets' own. 64-bit BARs that do not fit there go above RAM.
 */
#define MEM_BASE	0xc0000000u
#define MEM_END		0xfec00000u
#define IO_BASE		0xc000u
#define IO_END		0x10000u

static struct spinlock lock;
static volatile char *ecam;

static u32 port_access(pcidevaddr_t bdf, u16 reg, u32 value, int size, bool write)
{
	unsigned long state = arch_irq_save();
	u16 port = CONFIG_DATA + (reg & 3);

	spin_lock(&lock);
	outl(CONFIG_ENABLE | (u32)bdf << 8 | (reg & 0xfc), CONFIG_ADDRESS);
	if (!write)
		value = size == 4 ? inl(port) : size == 2 ? inw(port) : inb(port);
	else if (size == 4)
		outl(value, port);
	else if (size == 2)
		outw((u16)value, port);
	else
		outb((u8)value, port);
	spin_unlock(&lock);
	arch_irq_restore(state);
	return value;
}

static volatile char *ecam_at(pcidevaddr_t bdf, u16 reg)
{
	return ecam + ((size_t)bdf << 12 | reg);
}

u32 pci_host_read(pcidevaddr_t bdf, u16 reg, int size)
{
	volatile char *at;

	assert(reg < PCI_CFG_SPACE_EXP_SIZE && reg % size == 0);
	if (!ecam)
		return reg < PCI_CFG_SPACE_SIZE ? port_access(bdf, reg, 0, size, false) : 0xffffffff;
	at = ecam_at(bdf, reg);
	return size == 4 ? readl(at) : size == 2 ? readw(at) : readb(at);
}

void pci_host_write(pcidevaddr_t bdf, u16 reg, u32 value, int size)
{
	volatile char *at;

	assert(reg < PCI_CFG_SPACE_EXP_SIZE && reg % size == 0);
	if (!ecam) {
		if (reg < PCI_CFG_SPACE_SIZE)
			port_access(bdf, reg, value, size, true);
		return;
	}
	at = ecam_at(bdf, reg);
	if (size == 4)
		writel(value, at);
	else if (size == 2)
		writew((u16)value, at);
	else
		writeb((u8)value, at);
}

/* The register keeps what is written only where the mechanism exists. */
static bool has_mechanism_1(void)
{
	outl(CONFIG_ENABLE, CONFIG_ADDRESS);
	return inl(CONFIG_ADDRESS) == CONFIG_ENABLE;
}

/* q35: the window that a firmware opened, or else one of our own. */
static void find_q35_ecam(struct pci_host *host)
{
	u64 bar = port_access(0, Q35_PCIEXBAR, 0, 4, false);
	u32 base;

	if (!(bar & Q35_PCIEXBAR_ENABLE)) {
		port_access(0, Q35_PCIEXBAR + 4, 0, 4, true);
		port_access(0, Q35_PCIEXBAR, Q35_ECAM_BASE | Q35_PCIEXBAR_ENABLE, 4, true);
		bar = port_access(0, Q35_PCIEXBAR, 0, 4, false);
	}
	base = bar & 0xf0000000u;
	/* Bits 2:1, the size: 256 MiB or less. A window above 4 GiB is left alone. */
	if ((bar & 7) != Q35_PCIEXBAR_ENABLE || port_access(0, Q35_PCIEXBAR + 4, 0, 4, false))
		return;
	ecam = ioremap(base, ECAM_SIZE);
	host->config_size = PCI_CFG_SPACE_EXP_SIZE;
}

static bool find_microvm_ecam(struct pci_host *host)
{
	volatile char *at = ioremap(MICROVM_ECAM_BASE, ECAM_SIZE);

	if (readl(at) != MICROVM_HOST_BRIDGE)
		return false;
	ecam = at;
	host->config_size = PCI_CFG_SPACE_EXP_SIZE;
	host->mem = (struct pci_window){ MICROVM_MEM_BASE, MICROVM_ECAM_BASE };
	host->io = (struct pci_window){ 0, 0 };
	return true;
}

static phys_addr_t end_of_ram(void)
{
	phys_addr_t end = 1ull << 32;

	/* Not what is merely reserved: that may be at the end of what the CPU can address. */
	for (int i = 0; i < memory_region_count; i++)
		if (memory_regions[i].usable)
			end = MAX(end, memory_regions[i].end);
	return ALIGN(end, SZ_1G);
}

bool pci_host_find(struct pci_host *host)
{
	host->last_bus = 255;
	host->config_size = PCI_CFG_SPACE_SIZE;
	host->io = (struct pci_window){ IO_BASE, IO_END };
	host->mem = (struct pci_window){ MEM_BASE, MEM_END };
	for (int i = 0; i < memory_region_count; i++)
		if (memory_regions[i].usable && memory_regions[i].start < MEM_END)
			host->mem.next = MAX(host->mem.next, ALIGN(memory_regions[i].end, SZ_1M));
	host->mem64 = (struct pci_window){ end_of_ram(), end_of_ram() + (1ull << 35) };
	if (!has_mechanism_1())
		return find_microvm_ecam(host);
	if (port_access(0, PCI_VENDOR_ID, 0, 4, false) == Q35_HOST_BRIDGE)
		find_q35_ecam(host);
	return true;
}

/* ---- interrupt pins ---- */

/*
 * The interrupt routers PIIX3 (datasheet, section 3.2.4) and ICH9 (section 13.1.9): PIRQA to PIRQD,
 * E to H.
 */
static const u32 routers[] = { 0x70008086, 0x29188086 };
static const u8 pirq_irq[] = { 10, 10, 11, 11 };

#define PIRQA_ROUTE	0x60
#define PIRQE_ROUTE	0x68		/* ICH9 only */
#define ELCR2		0x4d1		/* IRQ 8 to 15: level or edge */

/*
 * i440fx wires pin A of slot n to PIRQ n - 1 and so on; ICH9 (slots up to 24) to PIRQ n of E to H.
 */
static unsigned int pirq_of(pcidevaddr_t bdf, u8 pin, bool ich9)
{
	return (PCI_BDF_GET_DEVICE(bdf) + pin - 1u + (ich9 ? 0 : 3)) % 4;
}

static void route(pcidevaddr_t router, bool ich9)
{
	for (int i = 0; i < 4; i++) {
		pci_host_write(router, PIRQA_ROUTE + i, pirq_irq[i], 1);
		if (ich9)
			pci_host_write(router, PIRQE_ROUTE + i, pirq_irq[i], 1);
	}
	outb(inb(ELCR2) | 1 << (10 - 8) | 1 << (11 - 8), ELCR2);
	for (int i = 0; i < pci_device_count(); i++) {
		pcidevaddr_t bdf = pci_device_at(i);
		u8 pin = pci_host_read(bdf, PCI_INTERRUPT_PIN, 1);

		if (pin && !PCI_BDF_GET_BUS(bdf))
			pci_host_write(bdf, PCI_INTERRUPT_LINE, pirq_irq[pirq_of(bdf, pin, ich9)], 1);
	}
}

void pci_host_route_interrupts(void)
{
	for (size_t r = 0; r < ARRAY_SIZE(routers); r++) {
		pcidevaddr_t router = pci_find_dev(routers[r] & 0xffff, routers[r] >> 16);

		if (router != PCIDEVADDR_INVALID)
			route(router, r == 1);
	}
}
