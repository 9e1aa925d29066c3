/* SPDX-License-Identifier: BSD-2-Clause */
/* What every CPU does to itself before it runs anything. Between setup.c and smp.c. */
#ifndef X86_CPU_SETUP_H
#define X86_CPU_SETUP_H

/* Memory types and the local APIC, after load_gdt_idt_tss(). The boot CPU gets the wires that a firmware leaves it. */
void cpu_setup(void);

#endif
