/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the start code to vmunit_main(): reads the device tree (LoPAR 1.1, appendix B; Devicetree
 * Specification 0.4, chapter 3) and makes the hooks of arch-hooks.h work.
 */
#include "arch-hooks.h"
#include "machine.h"
#include "memory_map.h"
#include "powerpc/catch.h"
#include "powerpc/platform.h"
#include "asm/processor.h"
#include "asm/setup.h"
#include "asm/smp.h"
#include "asm/time.h"
#include "asm-generic/swab.h"

extern char image_start[], image_end[], emergency_stack_top[];

u64 physical_start, physical_end;

_Noreturn void powerpc_start(const void *tree, unsigned long client_interface);

static void read_tree(const void *tree, unsigned long client_interface)
{
	if (client_interface)
		report_abort(
			"entered by Open Firmware: the image wants a device tree (-bios rom.bin)");
	machine_tree_open(tree);
}

static void add_memory(int node)
{
	u64 address, size;

	for (unsigned int i = 0; fdt_reg(&machine_fdt, node, i, &address, &size); i++) {
		memory_map_add(address, address + size, true);
		physical_end = MAX(physical_end, address + size);
	}
}

static void read_memory(void)
{
	u64 end = (uintptr_t)image_end, address, size;

	for (int node = fdt_first_child(&machine_fdt, 0); node != FDT_NONE;
	     node = fdt_next_sibling(&machine_fdt, node))
		if (fdt_has_string(&machine_fdt, node, "device_type", "memory"))
			add_memory(node);
	if (!memory_map_usable((uintptr_t)image_start, end))
		report_abort("device tree: no memory for the image, %p to %#" PRIx64,
			     (void *)image_start, end);
	/* The loader may have reserved the image itself. */
	for (unsigned int i = 0; fdt_reserved(&machine_fdt, i, &address, &size); i++)
		memory_map_reserve(address, address + size);
	memory_map_reserve((uintptr_t)machine_fdt.blob,
			   (uintptr_t)machine_fdt.blob + machine_fdt.size);
	if (machine_initrd(&address, &size))
		memory_map_reserve(address, size);
	memory_map_reserve(0, end);	/* the vectors, too */
}

/* A core's threads are CPUs; each has a number of its own. */
static void add_threads(int node)
{
	struct fdt_value servers = fdt_value(&machine_fdt, node, "ibm,ppc-interrupt-server#s");
	u64 server;

	for (u32 i = 0; servers.data && fdt_cells(servers, i, 1, &server); i++) {
		if (nr_cpus_present == NR_CPUS)
			report_abort("this library can start %d CPUs, there are more", NR_CPUS);
		cpus[nr_cpus_present++].server = (u32)server;
	}
}

/*
 * CPU 0 is the one that booted, as the header of the tree says: its word 7 (Devicetree
 * Specification 0.4, section 5.2). skiboot boots by whichever comes first.
 */
static void boot_cpu_first(void)
{
	u32 server;

	memcpy(&server, machine_fdt.blob + 7 * sizeof(server), sizeof(server));
	server = be32_to_cpu(server);
	for (int cpu = 1; cpu < nr_cpus_present; cpu++) {
		if (cpus[cpu].server == server) {
			cpus[cpu].server = cpus[0].server;
			cpus[0].server = server;
		}
	}
}

static void find_cpus(void)
{
	int parent = fdt_find(&machine_fdt, "/cpus");

	if (parent == FDT_NONE)
		report_abort("device tree: there is no /cpus");
	for (int node = fdt_first_child(&machine_fdt, parent); node != FDT_NONE;
	     node = fdt_next_sibling(&machine_fdt, node)) {
		if (!fdt_has_string(&machine_fdt, node, "device_type", "cpu"))
			continue;
		tb_hz = fdt_number(&machine_fdt, node, "timebase-frequency", 0);
		dec_bits = (unsigned int)fdt_number(&machine_fdt, node, "ibm,dec-bits", 32);
		add_threads(node);
	}
	if (!nr_cpus_present)
		report_abort("device tree: /cpus names no CPU");
	boot_cpu_first();
	for (int cpu = 0; cpu < nr_cpus_present; cpu++)
		cpus[cpu].cpu = (u32)cpu;
}

void powerpc_start(const void *tree, unsigned long client_interface)
{
	cpus[0].emergency_sp = (unsigned long)emergency_stack_top - STACK_TOP_ROOM;
	platform = mfmsr() & MSR_HV ? &platform_powernv : &platform_pseries;
	read_tree(tree, client_interface);
	exceptions_init();
	platform->init();
	processor_init();
	read_memory();
	find_cpus();
	platform->cpu_init();
	dec_stop();
	smp_init();
	vmunit_main();
}
