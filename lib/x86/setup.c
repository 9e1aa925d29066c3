/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the start code to vmunit_main(): reads what the loader says and does what a firmware would have done, as far
 * as the library needs it. Not here: PCI resources and ACPI tables, which are made when somebody asks for them.
 */
#include "arch-hooks.h"
#include "machine.h"
#include "memory_map.h"
#include "x86/boot.h"
#include "x86/boot_info.h"
#include "x86/cpu_setup.h"
#include "x86/pmu.h"
#include "x86/smp.h"
#include "asm/io.h"

extern char image_start[], image_end[];

#define LOW_MEMORY_END	0x100000u

const char *arch_command_line(void)
{
	return boot_info.command_line;
}

const char *arch_environment(size_t *len)
{
	*len = boot_info.environment_len;
	return boot_info.environment;
}

static void read_boot_info(u32 protocol, u32 info)
{
	phys_addr_t start = virt_to_phys(image_start), end = virt_to_phys(image_end);

	if (protocol == BOOT_MULTIBOOT)
		read_multiboot_info(info);
	else
		read_pvh_info(info);
	if (!memory_map_usable(start, end))
		report_abort("boot information: no memory for the image, %#" PRIx64 " to %#" PRIx64, start, end);
	memory_map_reserve(start, end);
	/* The trampoline, boot information, tests of real mode. */
	memory_map_reserve(0, LOW_MEMORY_END);
}

#define PORT_A20	0x92
#define A20_ON		2

/* Address line 20 may still be held low: then 1 MiB more is the same byte. */
static void open_a20(void)
{
	volatile u32 *low = phys_to_virt(0x500), *high = phys_to_virt(0x100500);
	u32 old = *low;

	*low = ~*high;
	if (*low == *high)
		outb(inb(PORT_A20) | A20_ON, PORT_A20);
	*low = old;
}

void x86_start(u32 protocol, u32 info)
{
	load_gdt_idt_tss(0);
	open_a20();
	read_boot_info(protocol, info);
	pic_init();
	cpu_setup();
	pmu_init();
	smp_init();
	vmunit_main();
}
