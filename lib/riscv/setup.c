/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the start code to vmunit_main(): reads the device tree (Devicetree Specification 0.4,
 * chapter 3) and makes the hooks of arch-hooks.h work.
 */
#include "arch-hooks.h"
#include "machine.h"
#include "memory_map.h"
#include "memregions.h"
#include "riscv/platform.h"
#include "asm/processor.h"
#include "asm/setup.h"
#include "asm/smp.h"

extern char image_start[], image_end[], emergency_stack_top[];

_Noreturn void riscv_start(unsigned long hartid, const void *tree);

/* ---- memory ---- */

/* Adds what the reg of each node of that name in parent says. */
static void add_regions(int parent, const char *device_type, bool usable)
{
	u64 address, size;

	if (parent == FDT_NONE)
		return;
	for (int node = fdt_first_child(&machine_fdt, parent); node != FDT_NONE;
	     node = fdt_next_sibling(&machine_fdt, node)) {
		if (device_type && !fdt_has_string(&machine_fdt, node, "device_type", device_type))
			continue;
		for (unsigned int i = 0; fdt_reg(&machine_fdt, node, i, &address, &size); i++)
			memory_map_add(address, address + size, usable);
	}
}

static void read_memory(void)
{
	u64 start = (uintptr_t)image_start, end = (uintptr_t)image_end, address, size;

	for (unsigned int i = 0; fdt_reserved(&machine_fdt, i, &address, &size); i++)
		memory_map_add(address, address + size, false);
	add_regions(fdt_find(&machine_fdt, "/reserved-memory"), NULL, false);
	memory_map_add((uintptr_t)machine_fdt.blob, (uintptr_t)machine_fdt.blob + machine_fdt.size,
		       false);
	if (machine_initrd(&address, &size))
		memory_map_add(address, size, false);
	add_regions(0, "memory", true);
	if (!memory_map_usable(start, end))
		report_abort("device tree: no memory for the image, %#" PRIx64 " to %#" PRIx64,
			     start, end);
	memory_map_reserve(start, end);
	memregions_init();
}

/* ---- devices ---- */

static void find_devices(void)
{
	int uart = fdt_find_compatible(&machine_fdt, FDT_NONE, "ns16550a");
	int finisher = fdt_find_compatible(&machine_fdt, FDT_NONE, "sifive,test0");
	u64 address, size;

	if (uart != FDT_NONE && fdt_reg(&machine_fdt, uart, 0, &address, &size)) {
		platform.uart_shift = fdt_number(&machine_fdt, uart, "reg-shift", 0);
		platform.uart = (volatile u8 *)address;
	}
	if (finisher != FDT_NONE && fdt_reg(&machine_fdt, finisher, 0, &address, &size))
		platform.finisher = (volatile u32 *)address;
}

static bool is_usable_cpu(int node)
{
	const char *status = fdt_string(&machine_fdt, node, "status");

	return fdt_has_string(&machine_fdt, node, "device_type", "cpu") &&
	       (!status || strcmp(status, "okay") == 0);
}

static void find_cpus(void)
{
	int parent = fdt_find(&machine_fdt, "/cpus");
	u64 hartid, size;

	if (parent == FDT_NONE)
		report_abort("device tree: there is no /cpus");
	timebase_frequency = fdt_number(&machine_fdt, parent, "timebase-frequency", 0);
	for (int node = fdt_first_child(&machine_fdt, parent); node != FDT_NONE;
	     node = fdt_next_sibling(&machine_fdt, node)) {
		if (!is_usable_cpu(node) || !fdt_reg(&machine_fdt, node, 0, &hartid, &size) ||
		    hartid == cpus[0].hartid)
			continue;
		if (nr_cpus == NR_CPUS)
			report_abort("this library can start %d harts, there are more", NR_CPUS);
		cpus[nr_cpus++].hartid = hartid;
	}
}

void riscv_start(unsigned long hartid, const void *tree)
{
	cpus[0].hartid = hartid;
	cpus[0].emergency_sp = (unsigned long)emergency_stack_top;
	exceptions_init();
	machine_tree_open(tree);
	find_devices();
	read_memory();
	find_cpus();
	smp_init();
	vmunit_main();
}
