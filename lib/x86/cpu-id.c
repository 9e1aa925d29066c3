/* SPDX-License-Identifier: BSD-2-Clause */
/* Which CPU this is: the task register says so in every mode, ring and context; it is 0 until load_gdt_idt_tss(). */
#include "arch-hooks.h"
#include "x86/desc.h"
#include "x86/desc-width.h"

int x86_cpu_id(void)
{
	unsigned int tr;

	__asm__ __volatile__(ASM_STR_EAX : "=a" (tr));
	return cpu_of_task(tr);
}

int arch_cpu_id(void)
{
	return x86_cpu_id();
}
