/* SPDX-License-Identifier: BSD-2-Clause */
/* From the start code to vmunit_main(): the device tree, vectors, our own page tables. Other CPUs start when called. */
#include "arch-hooks.h"
#include "boot.h"
#include "exceptions.h"
#include "machine.h"
#include "mmu.h"
#include "platform.h"
#include "asm/barrier.h"
#include "asm/mmu-api.h"
#include "asm/setup.h"
#include "asm/sysreg.h"

#define EMERGENCY_STACK	8192

extern char boot_stack[];

uint64_t boot_level;
unsigned long emergency_stacks[NR_CPUS];

void arm_start(uint64_t dtb)
{
	static char emergency_stack[EMERGENCY_STACK] __aligned(16);

	emergency_stacks[0] = (unsigned long)emergency_stack + EMERGENCY_STACK;
	write_sysreg((unsigned long)exception_vectors, vbar_el1);
	isb();
	platform_init(dtb);
	mmu_init();
	arch_unmap_page(mmu_idmap, boot_stack - PAGE_SIZE);
	vmunit_main();
}
