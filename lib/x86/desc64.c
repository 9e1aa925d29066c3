/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors of 64-bit mode: TSS and interrupt stack tables (SDM volume 3, sections 6.14.5 and 8.7). */
#ifdef __x86_64__
#include "libcflat.h"
#include "alloc_page.h"
#include "x86/desc.h"
#include "x86/desc-width.h"

/* Enough for a dump of registers with the record that carries it. */
#define FAULT_STACK_ORDER	2
#define FAULT_STACK_SIZE	(4096 << FAULT_STACK_ORDER)

static char boot_cpu_fault_stack[FAULT_STACK_SIZE] __attribute__((aligned(16)));
static char alt_stack[4096] __attribute__((aligned(4096)));

void init_tss(int cpu)
{
	char *stack = cpu ? alloc_pages(FAULT_STACK_ORDER) : boot_cpu_fault_stack;

	assert_msg(stack, "no memory for the double fault stack of CPU %d", cpu);
	tss[cpu].ist2 = (unsigned long)stack + FAULT_STACK_SIZE;
	tss[cpu].rsp0 = tss[cpu].ist2;			/* until run_in_user() knows better */
	tss[cpu].iomap_base = sizeof(tss[cpu]);		/* no I/O permission bitmap */
}

void guard_double_faults(void)
{
	boot_idt[DF_VECTOR].ist = IST_DOUBLE_FAULT;
}

int cpu_of_task(unsigned int tr)
{
	return tr < TSS_MAIN || tr >= TSS_INTR ? 0 : (tr - TSS_MAIN) / TSS_STRIDE;
}

void leave_nested_task(void)
{
}

void setup_alt_stack(void)
{
	this_cpu_tss()->ist1 = (unsigned long)alt_stack + sizeof(alt_stack);
}

void set_intr_alt_stack(int vec, void *fn)
{
	set_idt_entry(vec, fn, 0);
	boot_idt[vec].ist = IST_ALT_STACK;
}
#endif
