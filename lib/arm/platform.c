/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the device tree for platform.h. Devicetree Specification 0.4, chapter 3; the bindings are Linux'. */
#include "platform.h"
#include "arch-hooks.h"
#include "memory_map.h"
#include "memregions.h"
#include "virtio-console.h"
#include "asm/io.h"
#include "asm/processor.h"
#include "asm/setup.h"

#define DTB_MAX		SZ_4M	/* Linux takes 2 MiB */

struct platform platform;
u64 cpus[NR_CPUS];
int nr_cpus;
phys_addr_t phys_offset, phys_end;

extern char image_start[], image_end[];

const char *arch_command_line(void)
{
	return platform.command_line;
}

const char *arch_environment(size_t *len)
{
	*len = platform.environment_len;
	return platform.environment;
}

static void find_conduit(const struct fdt *fdt)
{
	static const char *const compatible[] = { "arm,psci-1.0", "arm,psci-0.2", "arm,psci" };
	int node = FDT_NONE;

	for (size_t i = 0; i < ARRAY_SIZE(compatible) && node == FDT_NONE; i++)
		node = fdt_find_compatible(fdt, FDT_NONE, compatible[i]);
	if (node == FDT_NONE)
		return;
	if (fdt_has_string(fdt, node, "method", "hvc"))
		platform.psci = CONDUIT_HVC;
	else if (fdt_has_string(fdt, node, "method", "smc"))
		platform.psci = CONDUIT_SMC;
}

/* A machine with a secure world has a second one, which is not for us. */
static void find_console(const struct fdt *fdt)
{
	int node = fdt_find_compatible(fdt, FDT_NONE, "arm,pl011");
	u64 address, size;

	while (node != FDT_NONE && fdt_has_string(fdt, node, "status", "disabled"))
		node = fdt_find_compatible(fdt, node, "arm,pl011");
	if (node != FDT_NONE && fdt_reg(fdt, node, 0, &address, &size))
		platform.uart = address;
	else
		platform.virtio_console = virtio_console_find(fdt);
}

static void find_words(const struct fdt *fdt)
{
	int chosen = fdt_find(fdt, "/chosen");
	u64 start, end;

	if (chosen == FDT_NONE)
		return;
	platform.command_line = fdt_string(fdt, chosen, "bootargs");
	start = fdt_number(fdt, chosen, "linux,initrd-start", 0);
	end = fdt_number(fdt, chosen, "linux,initrd-end", 0);
	if (start && end > start) {
		platform.environment = phys_to_virt(start);
		platform.environment_len = end - start;
		memory_map_reserve(start, end);
	}
}

static void find_memory(const struct fdt *fdt)
{
	phys_addr_t start = virt_to_phys(image_start), end = virt_to_phys(image_end);
	u64 address, size;

	for (int node = 0; node != FDT_NONE; node = fdt_next(fdt, node)) {
		if (!fdt_has_string(fdt, node, "device_type", "memory") || fdt_has_string(fdt, node, "status", "disabled"))
			continue;
		for (unsigned int i = 0; fdt_reg(fdt, node, i, &address, &size); i++)
			if (size <= ~address)
				memory_map_add(address, address + size, true);
	}
	if (memory_region_count) {
		phys_offset = memory_regions[0].start;
		phys_end = memory_regions[memory_region_count - 1].end;
	}
	if (!memory_map_usable(start, end))
		report_abort("device tree: no memory for the image, %#" PRIx64 " to %#" PRIx64, start, end);
	memory_map_reserve(start, end);
	start = virt_to_phys(fdt->blob);
	memory_map_reserve(start, start + fdt->size);
	for (unsigned int i = 0; fdt_reserved(fdt, i, &address, &size); i++)
		memory_map_reserve(address, address + size);
}

/* CPU 0 is the one that booted, whatever its place in the tree. */
static void find_cpus(const struct fdt *fdt)
{
	u64 me = get_mpidr() & MPIDR_HWID_BITMASK, id, size;
	int parent = fdt_find(fdt, "/cpus"), node = parent == FDT_NONE ? FDT_NONE : fdt_first_child(fdt, parent);

	for (; node != FDT_NONE; node = fdt_next_sibling(fdt, node)) {
		if (!fdt_has_string(fdt, node, "device_type", "cpu") || !fdt_reg(fdt, node, 0, &id, &size))
			continue;
		if (nr_cpus == NR_CPUS)
			report_abort("device tree: more than %d CPUs", NR_CPUS);
		cpus[nr_cpus++] = id;
		if (id == me) {
			cpus[nr_cpus - 1] = cpus[0];
			cpus[0] = me;
		}
	}
	if (!nr_cpus || cpus[0] != me)
		report_abort("device tree: it does not know this CPU, %#" PRIx64, me);
}

void platform_init(phys_addr_t dtb)
{
	const char *error = fdt_open(&platform.fdt, phys_to_virt(dtb), DTB_MAX);

	/* Nobody will hear it, but the machine ends. */
	if (error)
		report_abort("device tree at %#" PRIx64 ": %s", dtb, error);
	find_conduit(&platform.fdt);
	find_console(&platform.fdt);
	find_memory(&platform.fdt);
	find_words(&platform.fdt);
	memregions_init();
	find_cpus(&platform.fdt);
}

#define PPI		1	/* the first cell: 0 is an SPI */

int platform_interrupt(int node, unsigned int index)
{
	struct fdt_value v = fdt_value(&platform.fdt, node, "interrupts");
	u64 type, number;

	if (!fdt_cells(v, 3 * index, 1, &type) || !fdt_cells(v, 3 * index + 1, 1, &number))
		return -1;
	return (int)number + (type == PPI ? 16 : 32);
}
