/* SPDX-License-Identifier: BSD-2-Clause */
/* What desc.c asks of desc32.c and desc64.c. Not for tests. */
#ifndef X86_DESC_WIDTH_H
#define X86_DESC_WIDTH_H

/* Fills in CPU cpu's TSS. */
void init_tss(int cpu);
/* Leads #DF to a stack of its own, because the one in use may be what is broken. */
void guard_double_faults(void);

/* i386: before a longjmp() out of a handler that runs as a task; nothing to do in 64-bit mode. */
void leave_nested_task(void);

/* The calling CPU's number in any context: see arch_cpu_id(). */
int x86_cpu_id(void);
/* The CPU whose task the TSS selector tr is, also while tr is a task that one of those was interrupted by. */
int cpu_of_task(unsigned int tr);

#endif
