/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a firmware does to PCI, where none did: bus numbers, addresses, decoding (PCI Local Bus 3.0,
 * section 6.2.5; PCI-to-PCI Bridge 1.2, sections 3.2.5 and 4). Where bridges have numbers and BARs
 * addresses they are kept.
 */
#include "arch-hooks.h"
#include "pci-host.h"
#include "asm/spinlock.h"

#define MAX_DEVICES	512

static struct pci_host host;
static pcidevaddr_t devices[MAX_DEVICES];
static int device_count;
static enum { UNKNOWN, IN_SETUP, NONE, READY } state;
static struct spinlock lock;

unsigned int pci_bar_count(pcidevaddr_t bdf)
{
	switch (pci_config_readb(bdf, PCI_HEADER_TYPE) & PCI_HEADER_TYPE_MASK) {
	case PCI_HEADER_TYPE_NORMAL:
		return PCI_BAR_NUM;
	case PCI_HEADER_TYPE_BRIDGE:
		return 2;
	default:
		return 0;
	}
}

static bool is_bridge(pcidevaddr_t bdf)
{
	return (pci_host_read(bdf, PCI_HEADER_TYPE, 1) & PCI_HEADER_TYPE_MASK) == PCI_HEADER_TYPE_BRIDGE;
}

/* ---- finding ---- */

static u8 next_bus;
static bool number_buses;

static void find_on_bus(u8 bus);

/* What lies behind a bridge; depth first, so that a bridge's buses follow one another. */
static void find_behind(pcidevaddr_t bridge)
{
	u8 secondary = pci_host_read(bridge, PCI_SECONDARY_BUS, 1);

	if (number_buses) {
		if (next_bus >= host.last_bus)
			return;
		secondary = ++next_bus;
		pci_host_write(bridge, PCI_PRIMARY_BUS, PCI_BDF_GET_BUS(bridge), 1);
		pci_host_write(bridge, PCI_SECONDARY_BUS, secondary, 1);
		pci_host_write(bridge, PCI_SUBORDINATE_BUS, host.last_bus, 1);
	}
	/* A bus number that does not lead downwards is none: it would lead in circles. */
	if (secondary > PCI_BDF_GET_BUS(bridge))
		find_on_bus(secondary);
	if (number_buses)
		pci_host_write(bridge, PCI_SUBORDINATE_BUS, next_bus, 1);
}

static bool add_device(pcidevaddr_t bdf)
{
	if (pci_host_read(bdf, PCI_VENDOR_ID, 2) == 0xffff)
		return false;
	assert_msg(device_count < MAX_DEVICES, "more than %d PCI devices", MAX_DEVICES);
	devices[device_count++] = bdf;
	if (is_bridge(bdf))
		find_behind(bdf);
	return true;
}

static void find_on_bus(u8 bus)
{
	for (int slot = 0; slot < 32; slot++) {
		pcidevaddr_t first = PCI_BDF(bus, slot, 0);

		if (!add_device(first) || !(pci_host_read(first, PCI_HEADER_TYPE, 1) & PCI_HEADER_TYPE_MULTI))
			continue;
		for (int function = 1; function < 8; function++)
			add_device(PCI_BDF(bus, slot, function));
	}
}

/* ---- addresses ---- */

/*
 * A firmware leaves no memory BAR without an address; an address of one device says that it was
 * there.
 */
static bool has_addresses(pcidevaddr_t bdf)
{
	unsigned int count = pci_bar_count(bdf);

	for (unsigned int i = 0; i < count; i++)
		if (pci_host_read(bdf, PCI_BASE_ADDRESS_0 + 4 * i, 4) & ~0xfu)
			return true;
	return is_bridge(bdf) && pci_host_read(bdf, PCI_SECONDARY_BUS, 1);
}

static bool firmware_was_here(void)
{
	for (int slot = 0; slot < 32; slot++)
		for (int function = 0; function < 8; function++) {
			pcidevaddr_t bdf = PCI_BDF(0, slot, function);

			if (pci_host_read(bdf, PCI_VENDOR_ID, 2) != 0xffff && has_addresses(bdf))
				return true;
			if (!function && !(pci_host_read(bdf, PCI_HEADER_TYPE, 1) & PCI_HEADER_TYPE_MULTI))
				break;
		}
	return false;
}

/* The next multiple of size in a window, 0 if there is no room. */
static phys_addr_t take(struct pci_window *w, phys_addr_t size)
{
	phys_addr_t start = ALIGN(w->next, size);

	if (start < w->next || start >= w->end || size > w->end - start)
		return 0;
	w->next = start + size;
	return start;
}

static void assign_bar(struct pci_dev *dev, unsigned int bar, phys_addr_t size)
{
	phys_addr_t addr = take(pci_bar_is_memory(dev, bar) ? &host.mem : &host.io, size);

	/* Bridges forward no memory above 4 GiB here: their prefetchable window stays closed. */
	if (!addr && pci_bar_is64(dev, bar) && !PCI_BDF_GET_BUS(dev->bdf))
		addr = take(&host.mem64, size);
	if (addr)
		pci_bar_set_addr(dev, bar, addr);
	else
		printf("pci: no room for BAR %u of %04x, %#" PRIx64 " bytes of %s\n", bar, dev->bdf, size,
		       pci_bar_is_memory(dev, bar) ? "memory" : "ports");
}

struct bar_size {
	pcidevaddr_t bdf;
	u8 bar;
	phys_addr_t size;
};

static void open_bridge(pcidevaddr_t bridge);

static struct bar_size bars[MAX_DEVICES];

/*
 * The BARs of a bus into bars[], the largest first, so that alignment wastes nothing; returns how
 * many.
 */
static int sort_bars(u8 bus)
{
	int count = 0;

	for (int i = 0; i < device_count; i++) {
		struct pci_dev dev = { .bdf = devices[i] };

		for (unsigned int bar = 0; PCI_BDF_GET_BUS(dev.bdf) == bus && bar < pci_bar_count(dev.bdf); bar++) {
			phys_addr_t size = pci_bar_size(&dev, bar);
			int at;

			if (size && count < MAX_DEVICES) {
				for (at = count++; at > 0 && bars[at - 1].size < size; at--)
					bars[at] = bars[at - 1];
				bars[at] = (struct bar_size){ dev.bdf, bar, size };
			}
			bar += pci_bar_is64(&dev, bar);
		}
	}
	return count;
}

static void assign_bus(u8 bus)
{
	int count = sort_bars(bus);

	for (int i = 0; i < count; i++) {
		struct pci_dev dev = { .bdf = bars[i].bdf };

		assign_bar(&dev, bars[i].bar, bars[i].size);
	}
	for (int i = 0; i < device_count; i++) {
		struct pci_dev dev = { .bdf = devices[i] };

		if (PCI_BDF_GET_BUS(dev.bdf) != bus)
			continue;
		if (is_bridge(dev.bdf))
			open_bridge(dev.bdf);
		pci_cmd_set_clr(&dev, PCI_COMMAND_IO | PCI_COMMAND_MEMORY, 0);
	}
}

/* A window that ends where it began is closed: its limit lies below its base (section 3.2.5.6). */
static void open_bridge(pcidevaddr_t bridge)
{
	struct pci_dev dev = { .bdf = bridge };
	phys_addr_t io, mem;

	host.io.next = ALIGN(host.io.next, 0x1000ull);
	host.mem.next = ALIGN(host.mem.next, 0x100000ull);
	io = host.io.next;
	mem = host.mem.next;
	assign_bus(pci_host_read(bridge, PCI_SECONDARY_BUS, 1));
	host.io.next = ALIGN(host.io.next, 0x1000ull);
	host.mem.next = ALIGN(host.mem.next, 0x100000ull);

	pci_host_write(bridge, PCI_IO_BASE, io >> 8 & 0xf0, 1);
	pci_host_write(bridge, PCI_IO_LIMIT, (host.io.next - 1) >> 8 & 0xf0, 1);
	pci_host_write(bridge, PCI_IO_BASE_UPPER16, 0, 4);
	if (io == host.io.next) {
		pci_host_write(bridge, PCI_IO_BASE, 0xf0, 1);
		pci_host_write(bridge, PCI_IO_LIMIT, 0, 1);
	}
	pci_host_write(bridge, PCI_MEMORY_BASE, mem >> 16 & 0xfff0, 2);
	pci_host_write(bridge, PCI_MEMORY_LIMIT, (host.mem.next - 1) >> 16 & 0xfff0, 2);
	pci_host_write(bridge, PCI_PREF_MEMORY_BASE, 0xfff0, 2);
	pci_host_write(bridge, PCI_PREF_MEMORY_LIMIT, 0, 2);
	pci_cmd_set_clr(&dev, PCI_COMMAND_MASTER, 0);
}

/* ---- once ---- */

static void set_up(void)
{
	state = IN_SETUP;
	if (!pci_host_find(&host)) {
		state = NONE;
		return;
	}
	number_buses = !firmware_was_here();
	find_on_bus(0);
	if (number_buses) {
		assign_bus(0);
		pci_host_route_interrupts();
	}
	state = READY;
}

/* During the set-up its own calls come through here again, on the CPU that has the lock. */
static int setup_cpu = -1;

const struct pci_host *pci_host(void)
{
	unsigned long irq;

	if (state == READY)
		return &host;
	if (state == IN_SETUP && setup_cpu == arch_cpu_id())
		return &host;
	irq = arch_irq_save();
	spin_lock(&lock);
	setup_cpu = arch_cpu_id();
	if (state == UNKNOWN)
		set_up();
	spin_unlock(&lock);
	arch_irq_restore(irq);
	return state == READY ? &host : NULL;
}

int pci_device_count(void)
{
	return pci_host() ? device_count : 0;
}

pcidevaddr_t pci_device_at(int number)
{
	return number >= 0 && number < pci_device_count() ? devices[number] : PCIDEVADDR_INVALID;
}
