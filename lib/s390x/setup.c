/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the start code to vmunit_main(): lowcore, memory, CPUs; and what the loader left
 * (s390x/start.S).
 */
#include "arch-hooks.h"
#include "machine.h"
#include "memory_map.h"
#include "s390x/boot.h"
#include "s390x/sclp.h"
#include "s390x/smp.h"
#include "asm/facility.h"

extern char image_start[], image_end[];

const char *arch_command_line(void)
{
	return boot_command_line;
}

const char *arch_environment(size_t *len)
{
	*len = boot_initrd[1];
	return boot_initrd[1] ? (const char *)boot_initrd[0] : NULL;
}

/*
 * All that there is begins at 0, in one piece; the first 64 KiB hold the lowcore and what the
 * loader used.
 */
static void read_memory(void)
{
	u64 end = (u64)image_end, size = get_max_ram_size();

	memory_map_add(0, (u64)image_start, false);
	memory_map_add((u64)image_start, end, false);
	if (boot_initrd[1])
		memory_map_add(boot_initrd[0], boot_initrd[0] + boot_initrd[1], false);
	if (end > size)
		report_abort("no memory for the image: %#" PRIx64 " bytes, it ends at %#" PRIx64,
			     size, end);
	memory_map_add(end, size, true);
}

void s390x_start(void)
{
	cpus[0] = (struct cpu){
		.lowcore = &lowcore, .stack = (u64 *)boot_stack, .addr = stap(), .active = true
	};
	memset((char *)&lowcore + LC_SAVE_EXT, 0, sizeof(lowcore) - LC_SAVE_EXT);
	lowcore.emergency_stack = (u64)boot_emergency_stack_top - 160;
	lowcore.this_cpu = &cpus[0];
	lowcore.cpu_number = 0;
	interrupts_init(&lowcore);
	setup_facilities();
	sclp_init();
	read_memory();
	smp_init();
	vmunit_main();
}
